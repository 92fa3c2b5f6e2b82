package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.bench.Machine;
import java.time.Instant;
import java.util.List;

/**
 * What came of a measurement.
 *
 * @param began when
 */
public record MemoryResult(MemoryPlan plan, Machine machine, Instant began, List<Measured> measured) {
    /** A result of its own. */
    public MemoryResult {
        measured = List.copyOf(measured);
    }

    /** Requests that failed or were answered wrongly. */
    public long failed() {
        return measured.stream().mapToLong(Measured::failed).sum();
    }
}
