package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Places of limits on what runs at once, that lie in the cluster as token buckets do. */
public final class ClusterSlots {
    static final String MAP = "slots";

    private final Supplier<Optional<HazelcastInstance>> cluster;
    private final SharedClock clock;
    private final UUID gateway = UUID.randomUUID();

    /** Over the cluster, while there is one. */
    public ClusterSlots(Supplier<Optional<HazelcastInstance>> cluster, SharedClock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * What a gateway holds.
     *
     * @param held by this gateway
     * @param left that nobody holds
     */
    public record Held(int held, int left) {}

    /**
     * Holds so many from now on, for that long, or as many as others leave, and at least as many as are used. Fails where
     * there is no cluster, or it does not answer within half a second: then either may hold.
     *
     * @param most how many there are
     */
    public Future<Held> claim(String limit, int most, int used, int wanted, Duration lease) {
        Optional<HazelcastInstance> now = cluster.get();
        if (now.isEmpty()) {
            return Future.failedFuture("no cluster");
        }
        try {
            IMap<String, byte[]> map = now.get().getMap(MAP);
            long nanos = clock.currentTimeNanos();
            return Future.fromCompletionStage(map.submitToKey(
                                    limit, new SlotClaim(gateway, most, used, wanted, nanos, nanos + lease.toNanos()))
                            .toCompletableFuture()
                            .orTimeout(ClusterBuckets.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .map(answer -> new Held(SlotClaim.held(answer), SlotClaim.left(answer)));
        } catch (HazelcastException | IllegalStateException lost) { // the instance ends meanwhile
            return Future.failedFuture(lost);
        }
    }
}
