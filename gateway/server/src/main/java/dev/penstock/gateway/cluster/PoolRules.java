package dev.penstock.gateway.cluster;

import dev.penstock.routing.limit.FailureAccrual;
import java.time.Duration;

/**
 * When a worker counts as gone.
 *
 * @param lease how long a worker that announces itself is believed in without a heartbeat or a probe that succeeded;
 *     where no heartbeats come at all, as the cluster is lost, at least two intervals and one timeout of its probes
 * @param retention how long a worker stays listed, without being sent anything, after it was last heard of: meanwhile its
 *     models are "not available now" (503) rather than unknown (404)
 * @param probe how workers that announce themselves are asked whether they are well
 * @param accrual when failures eject a worker that can be talked to
 */
public record PoolRules(Duration lease, Duration retention, ProbePlan probe, FailureAccrual.Rules accrual) {
    /** Three heartbeats; ten minutes; two probes a second; Finagle's numbers. */
    public static final PoolRules DEFAULT = new PoolRules(
            Duration.ofMillis(1500), Duration.ofMinutes(10), ProbePlan.ANNOUNCED, FailureAccrual.Rules.DEFAULT);

    public PoolRules {
        if (lease.toMillis() < 100) {
            throw new IllegalArgumentException("lease: " + lease + " (expected: >= 100 ms)");
        }
        if (retention.compareTo(lease) < 0) {
            throw new IllegalArgumentException("retention: " + retention + " (expected: >= the lease, " + lease + ")");
        }
    }
}
