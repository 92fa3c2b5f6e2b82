package dev.penstock.loadtest.bench;

import java.time.Duration;
import java.util.List;

/**
 * A comparison, all of it.
 *
 * @param scenarios at least one
 * @param targets at least one
 * @param rounds from 1 to 100
 * @param warmUp before each measurement
 * @param length of each measurement
 * @param firstWarmUp of each target that is slow at first, before all rounds
 * @param loops of the generator, from 1
 * @param keepLogs whether logs are left to grow: a gigabyte in three minutes
 */
public record BenchPlan(
        List<Scenario> scenarios,
        List<BenchTarget> targets,
        int rounds,
        Duration warmUp,
        Duration length,
        Duration firstWarmUp,
        int loops,
        boolean keepLogs) {
    /** A plan within its bounds. */
    public BenchPlan {
        scenarios = List.copyOf(scenarios);
        targets = List.copyOf(targets);
        if (scenarios.isEmpty() || targets.isEmpty()) {
            throw new IllegalArgumentException("scenarios: " + scenarios.size() + ", targets: " + targets.size()
                    + " (expected: at least one of each)");
        }
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: 1 to 100)");
        }
        if (warmUp.isNegative() || !length.isPositive() || firstWarmUp.isNegative()) {
            throw new IllegalArgumentException("warm-up " + warmUp + ", duration " + length + ", first warm-up "
                    + firstWarmUp + " (expected: 0 or more, above 0, 0 or more)");
        }
    }
}
