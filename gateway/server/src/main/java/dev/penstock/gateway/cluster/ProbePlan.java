package dev.penstock.gateway.cluster;

import java.time.Duration;
import java.util.Optional;

/**
 * How a gateway asks a worker whether it is well.
 *
 * @param path what is asked for, under the worker's endpoint, such as {@code /health} or {@code /v1/models}; empty: it is
 *     never asked, and judged by traffic alone
 * @param interval from one probe to the next, at least 50 ms
 * @param timeout how long an answer may take
 */
public record ProbePlan(Optional<String> path, Duration interval, Duration timeout) {
    /** For workers of our own. */
    public static final ProbePlan ANNOUNCED =
            new ProbePlan(Optional.of("/health"), Duration.ofMillis(500), Duration.ofMillis(700));

    /** Judged by traffic alone. */
    public static final ProbePlan NONE = new ProbePlan(Optional.empty(), Duration.ofMinutes(1), Duration.ofSeconds(1));

    public ProbePlan {
        if (path.isPresent() && !path.get().startsWith("/")) {
            throw new IllegalArgumentException("path: \"" + path.get() + "\" (expected: to begin with /)");
        }
        if (interval.toMillis() < 50) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: >= 50 ms)");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
    }
}
