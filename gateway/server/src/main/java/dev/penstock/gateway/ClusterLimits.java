package dev.penstock.gateway;

import dev.penstock.gateway.cluster.ClusterBuckets;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.tenancy.Rate;
import dev.penstock.gateway.tenancy.SharedBuckets;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;

/** The buckets of the cluster that this gateway is a member of. */
final class ClusterLimits implements SharedBuckets {
    private final Membership membership;
    private final ClusterBuckets buckets;
    private volatile int most = 1;

    ClusterLimits(Membership membership) {
        this.membership = membership;
        this.buckets = new ClusterBuckets(membership::hazelcast, membership.clock());
    }

    /** Where the cluster is lost, as many as there were: each has its share. */
    @Override
    public int gateways() {
        int members = membership.members();
        if (members > 0) {
            most = members;
        }
        return most;
    }

    @Override
    public Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens) {
        return buckets.take(bucket, rate.requests(), rate.per(), tokens);
    }

    @Override
    public Future<Void> giveBack(String bucket, Rate rate, long tokens) {
        return buckets.giveBack(bucket, rate.requests(), rate.per(), tokens);
    }
}
