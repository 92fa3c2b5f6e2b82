package dev.penstock.loadtest.memory;

import java.time.Duration;

/**
 * A measurement, all of it.
 *
 * @param rounds from 1 to 100
 * @param warmUp before each measurement
 * @param length of each measurement
 * @param firstWarmUp of each gateway, before all rounds
 * @param questions how many are known by their meaning, from 10 to 5,000
 * @param keepLogs whether logs are left to grow: a gigabyte in three minutes
 */
public record MemoryPlan(
        int rounds, Duration warmUp, Duration length, Duration firstWarmUp, int questions, boolean keepLogs) {
    /** A plan within its bounds. */
    public MemoryPlan {
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 to 100)");
        }
        if (questions < 10 || questions > 5_000) {
            throw new IllegalArgumentException("questions: " + questions + " (expected: 10 to 5000)");
        }
        if (warmUp.isNegative() || !length.isPositive() || firstWarmUp.isNegative()) {
            throw new IllegalArgumentException("warm-up " + warmUp + ", duration " + length + ", first warm-up "
                    + firstWarmUp + " (expected: 0 or more, above 0, 0 or more)");
        }
    }
}
