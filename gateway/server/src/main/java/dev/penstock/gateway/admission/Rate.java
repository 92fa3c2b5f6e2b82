package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.config.LimitMode;
import io.github.bucket4j.Bandwidth;
import java.time.Duration;

/**
 * A token bucket: it holds {@code capacity}, and refills evenly at {@code amount} every {@code per}.
 *
 * @param amount above 0
 * @param per at least a nanosecond for each of the amount
 * @param capacity above 0
 */
public record Rate(long amount, Duration per, long capacity, LimitMode mode) {
    /** What a limit of requests or tokens comes to. */
    static Rate of(LimitConfig config) {
        return new Rate(config.amount(), config.per(), config.capacity().orElseThrow(), config.mode());
    }

    /** As Bucket4j is told it, holding so much at first, at most the capacity. */
    public Bandwidth bandwidth(long initial) {
        return Bandwidth.builder()
                .capacity(capacity)
                .refillGreedy(amount, per)
                .initialTokens(Math.clamp(initial, 0, capacity))
                .build();
    }

    double perNano() {
        return (double) amount / (double) per.toNanos();
    }

    /** How long an empty bucket takes to hold so much, in nanoseconds, at most 146 years. */
    long nanosFor(double tokens) {
        return tokens <= 0 ? 0 : (long) Math.min(Long.MAX_VALUE / 2.0, Math.ceil(tokens / perNano()));
    }
}
