package dev.penstock.loadtest.bench;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What came of a comparison.
 *
 * @param plan of it
 * @param machine on which it ran
 * @param began when
 * @param versions of the targets that ran, in their order
 * @param skipped targets that did not run, and why
 * @param measurements each target under each scenario in each round
 * @param heapBytesPerStream of targets whose heap can be asked for: by how much it grows for each stream held
 */
public record BenchResult(
        BenchPlan plan,
        Machine machine,
        Instant began,
        Map<String, String> versions,
        Map<String, String> skipped,
        List<Measurement> measurements,
        Map<String, Double> heapBytesPerStream) {
    /** What each scenario says, in the order of the plan; those of which nothing was measured are left out. */
    List<Comparison> comparisons() {
        return plan.scenarios().stream()
                .map(scenario -> Comparison.of(
                        scenario, plan.targets().stream().map(BenchTarget::name).toList(), measurements))
                .filter(comparison -> !comparison.targets().isEmpty())
                .toList();
    }

    /** Failed requests of all measurements. */
    public long failed() {
        return measurements.stream().mapToLong(Measurement::failed).sum();
    }
}
