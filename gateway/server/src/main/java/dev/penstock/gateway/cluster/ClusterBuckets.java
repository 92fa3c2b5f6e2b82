package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.grid.hazelcast.Bucket4jHazelcast;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets that lie in the cluster, each at one member and a copy of it at another, changed there by one operation at a
 * time. A member that goes takes none with it.
 */
public final class ClusterBuckets {
    static final String MAP = "limits";

    /** Longer than a member's pause, shorter than a client's patience. */
    static final long PATIENCE_MILLIS = 500;

    private static final Duration KEPT_FULL = Duration.ofMinutes(1);

    private final Supplier<Optional<HazelcastInstance>> cluster;
    private final SharedClock clock;
    private volatile @Nullable Proxies current;

    /** Buckets of one instance: after a loss of the cluster there is another. */
    private record Proxies(HazelcastInstance of, AsyncProxyManager<String> manager) {}

    /** Over the cluster, while there is one. */
    public ClusterBuckets(Supplier<Optional<HazelcastInstance>> cluster, SharedClock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * Takes tokens, all or none. Fails where there is no cluster, or it does not answer within half a second.
     *
     * @param fresh what the bucket is where it is new
     */
    public Future<ConsumptionProbe> take(String bucket, Supplier<Bandwidth> fresh, long tokens) {
        return with(bucket, fresh, proxy -> proxy.tryConsumeAndReturnRemaining(tokens));
    }

    /** Puts tokens back, up to what the bucket holds. */
    public Future<Void> giveBack(String bucket, Supplier<Bandwidth> fresh, long tokens) {
        return with(bucket, fresh, proxy -> proxy.addTokens(tokens));
    }

    /** Takes tokens whether they are there or not: the bucket may hold less than nothing afterwards. */
    public Future<Void> debit(String bucket, Supplier<Bandwidth> fresh, long tokens) {
        return with(bucket, fresh, proxy -> proxy.consumeIgnoringRateLimits(tokens))
                .mapEmpty();
    }

    private <T> Future<T> with(
            String bucket, Supplier<Bandwidth> fresh, Function<AsyncBucketProxy, CompletionStage<T>> work) {
        Optional<HazelcastInstance> now = cluster.get();
        if (now.isEmpty()) {
            return Future.failedFuture("no cluster");
        }
        try {
            AsyncBucketProxy proxy = manager(now.get())
                    .getProxy(
                            bucket,
                            () -> CompletableFuture.completedFuture(BucketConfiguration.builder()
                                    .addLimit(fresh.get())
                                    .build()));
            return Future.fromCompletionStage(
                    work.apply(proxy).toCompletableFuture().orTimeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (HazelcastException | IllegalStateException lost) { // the instance ends meanwhile
            return Future.failedFuture(lost);
        }
    }

    private AsyncProxyManager<String> manager(HazelcastInstance instance) {
        Proxies known = current;
        if (known != null && known.of() == instance) {
            return known.manager();
        }
        IMap<String, byte[]> map = instance.getMap(MAP);
        Proxies made = new Proxies(
                instance,
                Bucket4jHazelcast.entryProcessorBasedBuilder(map)
                        .clientClock(clock)
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_FULL))
                        .build()
                        .asAsync());
        current = made;
        return made.manager();
    }
}
