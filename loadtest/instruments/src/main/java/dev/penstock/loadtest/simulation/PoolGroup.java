package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.engine.EngineShape;
import dev.penstock.loadtest.simulation.engine.Profile;
import dev.penstock.loadtest.simulation.engine.Shape;
import dev.penstock.routing.Site;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Workers that are alike. */
@Doc("Workers that are alike.")
public record PoolGroup(
        @Doc("What they are called, with a number after it where there are several.")
        String name,

        @Doc("What they are: an engine's speed and memory.") Profile profile,

        @Doc("How many.") @Default("1") @Range(min = "1", max = "1000")
        int count,

        @Doc("The model that they serve.") @Default("llm") String model,

        @Doc("On the operator's own ground, or not.") @Default("edge")
        Site.Kind site,

        @Doc("The region of their site.") @Default("\"\"") String region,

        @Doc("A round trip to them, on the median.") @Default("1ms") @Range(min = "0ms", max = "10s")
        Duration rtt,

        @Doc("How much it varies: the standard deviation of its logarithm.")
        @Default("0.1")
        @Range(min = "0", max = "2")
        double jitter,

        @Doc(
                "How many requests gateways give to one of them at once; what its engine runs at once where it is left out.")
        Optional<Integer> capacity,

        @Doc("How many times faster they are than the profile says.") @Default("1") @Range(min = "0.01", max = "100")
        double speed,

        @Doc("What routing goes by; unknown where it is left out.")
        Optional<PriceTag> price,

        @Doc("US dollars for an hour of one of them, busy or not: what it costs to have it.")
        @Default("0")
        @Range(min = "0", max = "10000")
        double provisionedPerHour,

        @Doc("The profile's figures, where they are to be others.") @Default("{}")
        Adjustment adjust) {

    /** What somebody charges. */
    @Doc("What a worker charges, US dollars.")
    public record PriceTag(
            @Doc("For a million prompt tokens.") @Default("0") @Range(min = "0", max = "100000")
            double inputPerMillion,

            @Doc("For a million prompt tokens from a cache; as others where it is left out.")
            Optional<Double> cachedInputPerMillion,

            @Doc("For a million tokens generated.") @Default("0") @Range(min = "0", max = "100000")
            double outputPerMillion,

            @Doc("For an hour of the whole accelerator; a request is charged its share.")
            @Default("0")
            @Range(min = "0", max = "10000")
            double perHour) {}

    /** Figures of an engine that differ from its profile's. */
    @Doc("Figures of an engine in place of its profile's.")
    public record Adjustment(
            @Doc("Of a request before it is computed; of a paid API the median until its first token.")
            Optional<Duration> overhead,

            @Doc("For a token of a prompt.") Optional<Duration> perPromptToken,

            @Doc("For a token of an answer.") Optional<Duration> perToken,

            @Doc("How many times longer that is in a full batch.") @Range(min = "1", max = "100")
            Optional<Double> fullBatchSlowdown,

            @Doc("The most requests that run at once.") @Range(min = "1", max = "100000")
            Optional<Integer> maxRunning,

            @Doc("The most tokens of a step.") @Range(min = "1", max = "1000000")
            Optional<Integer> chunkTokens,

            @Doc("Tokens whose state fits into memory.") @Range(min = "1", max = "1000000000")
            Optional<Integer> memoryTokens,

            @Doc("Of a paid API: how much its times vary.") @Range(min = "0", max = "3")
            Optional<Double> spread,

            @Doc("Of a paid API: its limit; 0 for none.") @Range(min = "0", max = "10000000")
            Optional<Integer> requestsPerMinute) {}

    public PoolGroup {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: \"\" (expected: at least one character)");
        }
        capacity.ifPresent(each -> {
            if (each < 1 || each > 1_000_000) {
                throw new IllegalArgumentException("capacity: " + each + " (expected: 1 to 1000000)");
            }
        });
    }

    Shape shape() {
        return switch (profile.shape()) {
            case EngineShape of ->
                new EngineShape(
                        seconds(adjust.overhead(), of.overheadSeconds()),
                        seconds(adjust.perPromptToken(), of.prefillPerToken()) / speed,
                        seconds(adjust.perToken(), of.perToken()) / speed,
                        adjust.fullBatchSlowdown().orElse(of.fullBatchSlowdown()),
                        adjust.maxRunning().orElse(of.maxRunning()),
                        adjust.chunkTokens().orElse(of.chunkTokens()),
                        adjust.memoryTokens().orElse(of.memoryTokens()));
            case ApiShape of ->
                new ApiShape(
                        seconds(adjust.overhead(), of.firstTokenSeconds()) / speed,
                        seconds(adjust.perPromptToken(), of.prefillPerToken()) / speed,
                        seconds(adjust.perToken(), of.perToken()) / speed,
                        adjust.spread().orElse(of.spread()),
                        adjust.requestsPerMinute().orElse(of.requestsPerMinute()));
        };
    }

    int places() {
        return capacity.orElseGet(() -> shape() instanceof EngineShape engine ? engine.maxRunning() : 10_000);
    }

    private static double seconds(Optional<Duration> adjusted, double otherwise) {
        return adjusted.map(time -> time.toNanos() / 1e9).orElse(otherwise);
    }

    OptionalDouble perHour() {
        return shape() instanceof ApiShape ? OptionalDouble.empty() : OptionalDouble.of(provisionedPerHour);
    }
}
