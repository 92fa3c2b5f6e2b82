package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Constraints;
import java.time.Duration;

/**
 * The pipeline's numbers.
 *
 * @param maxAttempts workers tried for one request, at least 1
 * @param retryBurst retries allowed in a burst; lasting, a tenth of the requests
 * @param queueLength requests that may wait for room, for each model; 0: none
 * @param queueTimeout the longest wait for room
 * @param deadline from receipt to the end of the answer
 * @param writeStall how long a client may take nothing of what is written to it
 * @param constraints what must hold of whoever runs any request
 * @param hedgeShare the most hedges, as a share of the requests, 0 to 1; 0: none
 * @param limitWait the longest wait for a limit that is reached; zero: none
 */
public record PipelineSettings(
        int maxAttempts,
        int retryBurst,
        int queueLength,
        Duration queueTimeout,
        Duration deadline,
        Duration writeStall,
        Constraints constraints,
        double hedgeShare,
        Duration limitWait) {
    /** What a gateway starts with. */
    public static final PipelineSettings DEFAULT =
            new PipelineSettings(3, 20, 1024, Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofSeconds(60));

    public PipelineSettings {
        requireAtLeast("max-attempts", maxAttempts, 1);
        requireAtLeast("retry-burst", retryBurst, 0);
        requireAtLeast("queue-length", queueLength, 0);
        if (!(hedgeShare >= 0 && hedgeShare <= 1)) {
            throw new IllegalArgumentException("hedge-share: " + hedgeShare + " (expected: 0 to 1)");
        }
    }

    /** Without constraints and hedges. */
    public PipelineSettings(
            int maxAttempts,
            int retryBurst,
            int queueLength,
            Duration queueTimeout,
            Duration deadline,
            Duration writeStall) {
        this(
                maxAttempts,
                retryBurst,
                queueLength,
                queueTimeout,
                deadline,
                writeStall,
                Constraints.NONE,
                0,
                Duration.ZERO);
    }

    /** The same with so many hedges. */
    public PipelineSettings withHedges(double share) {
        return new PipelineSettings(
                maxAttempts,
                retryBurst,
                queueLength,
                queueTimeout,
                deadline,
                writeStall,
                constraints,
                share,
                limitWait);
    }

    /** The same with such a wait for limits. */
    PipelineSettings withLimitWait(Duration longest) {
        return new PipelineSettings(
                maxAttempts,
                retryBurst,
                queueLength,
                queueTimeout,
                deadline,
                writeStall,
                constraints,
                hedgeShare,
                longest);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
