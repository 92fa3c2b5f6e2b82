package dev.penstock.loadtest.generator;

import java.time.Duration;

/**
 * What a good answer keeps. Goodput is the rate of answers that are right and keep all of it.
 *
 * @param timeToFirstToken from the moment a request was due to the first content of its stream
 * @param interToken between any two content events of a stream: the largest gap counts
 * @param endToEnd from the moment a request was due to the end of its answer
 */
public record Slo(Duration timeToFirstToken, Duration interToken, Duration endToEnd) {
    /** What people at a keyboard expect: 500 ms, 200 ms, 60 s. */
    public static final Slo INTERACTIVE =
            new Slo(Duration.ofMillis(500), Duration.ofMillis(200), Duration.ofSeconds(60));
}
