package dev.penstock.gateway.admission;

import io.github.bucket4j.TimeMeter;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The limiters in use, made when they are first asked for: as many as limits are configured, whatever clients send. They
 * outlive the configuration they were made for. Thread safe.
 */
final class Limiters {
    private final Map<Limit.Identity, Limiter> byIdentity = new ConcurrentHashMap<>();
    private final TimeMeter clock;
    private final SharedLimits cluster;

    Limiters(TimeMeter clock, SharedLimits cluster) {
        this.clock = clock;
        this.cluster = cluster;
    }

    /** The one that enforces the limit. One whose amounts have changed keeps its share of them. */
    Limiter of(Limit limit) {
        Limiter before = byIdentity.get(limit.identity());
        if (before != null && before.limit().equals(limit)) {
            return before;
        }
        return byIdentity.compute(limit.identity(), (identity, now) -> {
            if (now == null) {
                return fresh(limit);
            }
            return now.limit().equals(limit) ? now : changed(now, limit);
        });
    }

    private Limiter fresh(Limit limit) {
        boolean alone = cluster.gateways() == 0;
        return switch (limit.unit()) {
            case REQUESTS, TOKENS -> alone ? LocalBucket.full(limit, clock) : new SharedBucket(limit, cluster, clock);
            case CONCURRENT_REQUESTS, CONCURRENT_STREAMS ->
                alone ? LocalSlots.free(limit) : new SharedSlots(limit, cluster, clock);
        };
    }

    private Limiter changed(Limiter now, Limit to) {
        return switch (now) {
            case LocalBucket bucket -> bucket.changed(to);
            case LocalSlots slots -> slots.changed(to);
            case SharedSlots slots -> slots.changed(to);
            case SharedBucket bucket -> {
                SharedBucket next = bucket.changed(to);
                bucket.close();
                yield next;
            }
            default -> fresh(to);
        };
    }

    /** Lets go of those that enforce none of these. */
    void keep(ConfiguredLimits configured) {
        byIdentity.values().removeIf(limiter -> {
            // One whose amounts alone have changed is taken over when it is next asked for.
            boolean gone = !configured.hasLike(limiter.limit());
            if (gone) {
                limiter.close();
            }
            return gone;
        });
    }

    Collection<Limiter> all() {
        return byIdentity.values();
    }
}
