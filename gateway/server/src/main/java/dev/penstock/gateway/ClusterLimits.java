package dev.penstock.gateway;

import dev.penstock.gateway.admission.Rate;
import dev.penstock.gateway.admission.SharedLimits;
import dev.penstock.gateway.cluster.ClusterBuckets;
import dev.penstock.gateway.cluster.ClusterSlots;
import dev.penstock.gateway.cluster.Membership;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.time.Duration;

/** The limits of the cluster that this gateway is a member of. */
final class ClusterLimits implements SharedLimits {
    private final Membership membership;
    private final ClusterBuckets buckets;
    private final ClusterSlots slots;

    ClusterLimits(Membership membership) {
        this.membership = membership;
        this.buckets = new ClusterBuckets(membership::hazelcast, membership.clock());
        this.slots = new ClusterSlots(membership::hazelcast, membership.clock());
    }

    @Override
    public int gateways() {
        return membership.gateways();
    }

    @Override
    public int known() {
        return membership.knownGateways();
    }

    @Override
    public boolean stale(String bucket) {
        return membership.stale(bucket);
    }

    @Override
    public Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens, long initial) {
        return buckets.take(bucket, () -> rate.bandwidth(initial), tokens);
    }

    @Override
    public Future<Void> giveBack(String bucket, Rate rate, long tokens) {
        return buckets.giveBack(bucket, () -> rate.bandwidth(rate.capacity()), tokens);
    }

    @Override
    public Future<Void> debit(String bucket, Rate rate, long tokens) {
        return buckets.debit(bucket, () -> rate.bandwidth(rate.capacity()), tokens);
    }

    @Override
    public Future<Held> claim(String limit, long most, long used, long wanted, Duration lease) {
        return slots.claim(limit, (int) most, (int) used, (int) wanted, lease)
                .map(held -> new Held(held.held(), held.left()));
    }
}
