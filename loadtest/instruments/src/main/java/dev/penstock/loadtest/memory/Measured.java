package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.generator.Remembered;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a gateway did in one step of one round.
 *
 * @param round from 0
 * @param perSecond right answers
 * @param p50Nanos median latency of right answers, as the group has it
 * @param p99Nanos its 99th percentile
 * @param cpuSecondsPer10k CPU time of the gateway for 10,000 requests
 * @param right answers
 * @param remembered what right answers say of memory, how many of each
 * @param embedded of the texts to be embedded, the share that was in time
 * @param failed requests, the warm-up's included
 * @param wrong of those of the measured time, the ones with another answer than the mock's
 */
public record Measured(
        Group group,
        String id,
        int round,
        double perSecond,
        OptionalDouble p50Nanos,
        OptionalDouble p99Nanos,
        OptionalDouble cpuSecondsPer10k,
        long right,
        Map<Remembered, Long> remembered,
        OptionalDouble embedded,
        long failed,
        long wrong) {
    /** The share of right answers that say this of memory. */
    public double share(Remembered told) {
        return right == 0 ? 0 : (double) remembered.getOrDefault(told, 0L) / right;
    }
}
