package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.limit.ProbeResult;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real members in one process, on loopback. */
@Timeout(120)
class ClusterBucketsTest {
    private static final Duration LONG = Duration.ofDays(31);

    private final List<Membership> memberships = new ArrayList<>();
    private final List<ClusterBuckets> buckets = new ArrayList<>();

    @AfterEach
    void stop() {
        memberships.forEach(Membership::lose);
        memberships.forEach(Membership::close);
    }

    private static Bandwidth of(long capacity) {
        return Bandwidth.builder()
                .capacity(capacity)
                .refillGreedy(capacity, LONG)
                .build();
    }

    private String join(String... members) throws Exception {
        PoolFleet fleet = new PoolFleet(
                Pools.SECRET,
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                PoolRules.DEFAULT,
                (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE));
        Membership membership = new Membership(
                new MemberSettings("127.0.0.1", 0, List.of(members), Optional.empty()), Pools.SECRET, fleet);
        memberships.add(membership);
        String address = "127.0.0.1:"
                + membership
                        .start()
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS)
                        .getPort();
        buckets.add(new ClusterBuckets(membership::hazelcast, membership.clock()));
        return address;
    }

    private void joinThree() throws Exception {
        String first = join();
        String second = join(first);
        join(first, second);
        await("a cluster of three", () -> memberships.stream().allMatch(each -> each.members() == 3));
        // Until each bucket has its copy elsewhere, the death of a member would take it along.
        await("copies of all", () -> memberships.stream()
                .allMatch(each ->
                        each.hazelcast().orElseThrow().getPartitionService().isClusterSafe()));
    }

    private static ConsumptionProbe result(Future<ConsumptionProbe> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private int admitted(int each) throws Exception {
        List<Callable<Integer>> takers = new ArrayList<>();
        for (ClusterBuckets from : buckets) {
            takers.add(() -> {
                int taken = 0;
                for (int i = 0; i < each; i++) {
                    taken += result(from.take("b", () -> of(1_000), 1)).isConsumed() ? 1 : 0;
                }
                return taken;
            });
        }
        int sum = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(takers.size())) {
            for (var taker : executor.invokeAll(takers)) {
                sum += taker.get();
            }
        }
        return sum;
    }

    @Test
    void threeGatewaysTakeFromOneBucketAndTheDeathOfOneTakesNothingWithIt() throws Exception {
        joinThree();
        assertEquals(600, admitted(200));
        memberships.getFirst().lose();
        memberships.removeFirst().close();
        buckets.removeFirst();
        await("the death", () -> memberships.stream().allMatch(each -> each.members() == 2));
        assertEquals(400, admitted(400), "a thousand in all, whoever died");
        buckets.getFirst()
                .giveBack("b", () -> of(1_000), 7)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        assertEquals(7, admitted(10));
    }

    @Test
    void theClockIsOneAndJumpsNowhere() throws Exception {
        joinThree();
        long[] told = memberships.stream()
                .mapToLong(each -> each.clock().currentTimeNanos())
                .toArray();
        for (long one : told) {
            assertTrue(Math.abs(one - told[0]) < Duration.ofMillis(500).toNanos(), one - told[0] + " ns apart");
        }
    }

    @Test
    void whoseWallIsWrongGoesByTheOthers() throws Exception {
        join();
        SharedClock wrong = new SharedClock(
                System::nanoTime, InstantSource.fixed(Instant.now().plus(Duration.ofHours(1))));
        SharedClock right = memberships.getFirst().clock();
        assertTrue(wrong.currentTimeNanos() - right.currentTimeNanos()
                > Duration.ofMinutes(59).toNanos());
        String address = "127.0.0.1:"
                + memberships
                        .getFirst()
                        .hazelcast()
                        .orElseThrow()
                        .getCluster()
                        .getLocalMember()
                        .getSocketAddress()
                        .getPort();
        join(address);
        wrong.join(memberships.getLast().hazelcast().orElseThrow());
        assertTrue(Math.abs(wrong.currentTimeNanos() - right.currentTimeNanos())
                < Duration.ofMillis(500).toNanos());
    }

    @Test
    void withoutAClusterItIsSaidAtOnce() throws Exception {
        ClusterBuckets nowhere =
                new ClusterBuckets(Optional::empty, new SharedClock(System::nanoTime, InstantSource.system()));
        assertTrue(nowhere.take("b", () -> of(1), 1).failed());
        join();
        // The first answer of a busy machine may take longer than a request would wait.
        await("an answer", () -> buckets.getFirst()
                .giveBack("warm", () -> of(1), 1)
                .toCompletionStage()
                .toCompletableFuture()
                .handle((answer, late) -> late == null)
                .join());
        assertTrue(result(buckets.getFirst().take("b", () -> of(1), 1)).isConsumed());
        assertFalse(result(buckets.getFirst().take("b", () -> of(1), 1)).isConsumed());
    }
}
