package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** One limit of whoever it stands at: exactly one of its four amounts is given. */
@Doc("""
        One limit: so many `requests` or `tokens` every `per`, or so many at once. A limit over time is a token bucket: it
        holds `burst`, and refills evenly at the amount every `per`; beyond it a request is answered 429 with the time to
        wait. In a cluster all gateways take from one bucket.""")
public record LimitConfig(
        @Doc("Requests every `per`.") @Example("600") @Range(min = "1", max = "1000000000")
        Optional<Long> requests,

        @Doc("""
                Tokens every `per`, of prompts and answers together. What a request will take is estimated before it is
                run, and settled when it has ended.""") @Example("100000") @Range(min = "1", max = "1000000000000")
        Optional<Long> tokens,

        @Doc("Requests at once.") @Example("64") @Range(min = "1", max = "1000000")
        Optional<Long> concurrentRequests,

        @Doc("Streams at once.") @Example("16") @Range(min = "1", max = "1000000")
        Optional<Long> concurrentStreams,

        @Doc("The time in which an empty bucket gains the amount; of no meaning for what is limited at once.")
        @Default("1m")
        @Range(min = "1s", max = "31d")
        Duration per,

        @Doc("The most that may be taken at a stretch; without it the whole amount.")
        @Example("60")
        @Range(min = "1", max = "1000000000000")
        Optional<Long> burst,

        @Doc("""
                `leased`: each gateway takes some ahead while there is much, and gives back what it does not need; a request
                waits for nobody. `exact`: each request takes its own from the cluster, half a millisecond. Neither admits
                more than the bucket has.""") @Default("leased") LimitMode mode,

        @Doc("The model that it is of, as it is asked for; without it, all of them together.") @Example("llama-3.3-70b")
        Optional<String> model) {
    /** What is limited. */
    public enum Unit {
        REQUESTS,
        TOKENS,
        CONCURRENT_REQUESTS,
        CONCURRENT_STREAMS
    }

    public LimitConfig {
        long given = Stream.of(requests, tokens, concurrentRequests, concurrentStreams)
                .filter(Optional::isPresent)
                .count();
        if (given != 1) {
            throw new IllegalArgumentException("requests: " + given
                    + " amounts given (expected: one of requests, tokens, concurrent-requests, concurrent-streams)");
        }
        if (burst.isPresent() && requests.isEmpty() && tokens.isEmpty()) {
            throw new IllegalArgumentException(
                    "burst: " + burst.get() + " of what is limited at once (expected: none, or requests or tokens)");
        }
        long overTime = requests.or(() -> tokens).orElse(0L);
        if (overTime > per.toNanos()) {
            throw new IllegalArgumentException(
                    "per: " + per + " for " + overTime + " (expected: at least a nanosecond for each)");
        }
        model.ifPresent(name -> Names.requireModel("model", name));
    }

    /** So many requests every {@code per}. */
    public static LimitConfig ofRequests(long requests, Duration per, LimitMode mode) {
        return new LimitConfig(
                Optional.of(requests),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                per,
                Optional.empty(),
                mode,
                Optional.empty());
    }

    /** What is limited. */
    public Unit unit() {
        return requests.isPresent()
                ? Unit.REQUESTS
                : tokens.isPresent()
                        ? Unit.TOKENS
                        : concurrentRequests.isPresent() ? Unit.CONCURRENT_REQUESTS : Unit.CONCURRENT_STREAMS;
    }

    /** How many, above 0. */
    public long amount() {
        return requests.or(() -> tokens)
                .or(() -> concurrentRequests)
                .or(() -> concurrentStreams)
                .orElseThrow();
    }

    /** What its bucket holds, above 0; empty of what is limited at once. */
    public OptionalLong capacity() {
        return requests.isPresent() || tokens.isPresent()
                ? OptionalLong.of(burst.orElse(amount()))
                : OptionalLong.empty();
    }

    /** Checks a list of limits: bounded, and no two alike. */
    static List<LimitConfig> checked(String key, List<LimitConfig> limits) {
        if (limits.size() > 64) {
            throw new IllegalArgumentException(key + ": " + limits.size() + " (expected: at most 64)");
        }
        Names.requireDistinct(
                key,
                "unit, time and model",
                limits.stream()
                        .map(limit -> limit.unit() + " per " + limit.per()
                                + limit.model().map(of -> " of " + of).orElse(""))
                        .toList());
        return List.copyOf(limits);
    }
}
