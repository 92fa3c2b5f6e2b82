package dev.penstock.gateway;

import dev.penstock.gateway.cluster.EndpointRules;
import dev.penstock.gateway.cluster.MemberSettings;
import dev.penstock.gateway.cluster.PoolRules;
import dev.penstock.gateway.cluster.ProbePlan;
import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.config.ClusterConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.HealthConfig;
import dev.penstock.routing.limit.FailureAccrual;
import dev.penstock.runtime.net.Cidr;
import java.time.Duration;

/** What a configuration says of the pool, as the pool knows it. */
final class PoolTerms {
    private PoolTerms() {}

    /** Where announced workers may be. */
    static EndpointRules endpoints(GatewayConfig config) {
        return new EndpointRules(config.cluster()
                .map(cluster ->
                        cluster.workerNetworks().stream().map(Cidr::parse).toList())
                .orElse(EndpointRules.PRIVATE_NETWORKS));
    }

    /** When a worker is taken for gone, and when for faulty. */
    static PoolRules rules(GatewayConfig config) {
        HealthConfig health = config.health();
        FailureAccrual.Rules accrual = new FailureAccrual.Rules(
                health.failuresInRow(),
                health.minSuccessRate(),
                health.window(),
                health.minRequests(),
                health.minEjection(),
                health.maxEjection());
        ProbePlan probe = new ProbePlan(ProbePlan.ANNOUNCED.path(), health.probeInterval(), health.probeTimeout());
        Duration lease = config.cluster().map(ClusterConfig::lease).orElse(PoolRules.DEFAULT.lease());
        Duration retention = config.cluster().map(ClusterConfig::retention).orElse(PoolRules.DEFAULT.retention());
        return new PoolRules(lease, retention, probe, accrual);
    }

    /** How it is a member of its cluster. */
    static MemberSettings member(ClusterConfig cluster, GatewayConfig config) {
        return new MemberSettings(
                cluster.host(),
                cluster.port(),
                cluster.members(),
                cluster.publicAddress(),
                config.cache().map(PoolTerms::mebibytes).orElse(MemberSettings.LITTLE));
    }

    /** Of heap, of each gateway, for answers. */
    static int mebibytes(CacheConfig cache) {
        return Math.toIntExact(cache.memory().bytes() >> 20);
    }
}
