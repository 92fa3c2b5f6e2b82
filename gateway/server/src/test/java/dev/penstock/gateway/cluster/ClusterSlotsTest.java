package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.cluster.ClusterSlots.Held;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real members in one process, on loopback. */
@Timeout(120)
final class ClusterSlotsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<Membership> memberships = new ArrayList<>();
    private final List<ClusterSlots> slots = new ArrayList<>();

    @AfterEach
    void stop() {
        memberships.forEach(Membership::lose);
        memberships.forEach(Membership::close);
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
        slots.add(new ClusterSlots(membership::hazelcast, membership.clock()));
        return address;
    }

    /** Until it answers: the first answer of a busy machine may take longer than a request would wait. */
    private static Held claim(ClusterSlots from, int used, int wanted, Duration lease) throws Exception {
        AtomicReference<Held> held = new AtomicReference<>(new Held(0, 0));
        await("an answer", () -> from.claim("limit", 10, used, wanted, lease)
                .onSuccess(held::set)
                .toCompletionStage()
                .toCompletableFuture()
                .handle((answer, late) -> late == null)
                .join());
        return Objects.requireNonNull(held.get());
    }

    @Test
    void placesAreSharedAndThoseOfADeadGatewayComeBack() throws Exception {
        String first = join();
        join(first);
        await("a cluster of two", () -> memberships.stream().allMatch(each -> each.members() == 2));
        assertEquals(new Held(6, 4), claim(slots.getFirst(), 0, 6, LONG));
        assertEquals(new Held(4, 0), claim(slots.getLast(), 0, 6, LONG));
        assertEquals(new Held(4, 0), claim(slots.getLast(), 0, 6, LONG), "said twice is said once");
        assertEquals(new Held(7, 0), claim(slots.getFirst(), 7, 7, LONG), "what runs, runs");
        assertEquals(new Held(3, 3), claim(slots.getFirst(), 3, 3, LONG));
        assertEquals(new Held(3, 3), claim(slots.getFirst(), 3, 3, Duration.ofMillis(1)), "and says no more");
        await("copies", () -> memberships.stream()
                .allMatch(each ->
                        each.hazelcast().orElseThrow().getPartitionService().isClusterSafe()));
        memberships.getFirst().lose();
        memberships.removeFirst().close();
        assertEquals(new Held(10, 0), claim(slots.getLast(), 0, 10, LONG));
    }

    @Test
    void theDeadAreTold() throws Exception {
        String first = join();
        join(first);
        Membership other = memberships.getLast();
        await("a cluster of two", () -> other.members() == 2 && other.knownGateways() == 2);
        memberships.getFirst().lose();
        memberships.removeFirst().close();
        await("its going", () -> other.members() == 1);
        assertTrue(other.knownGateways() <= 2);
        await("its share, after its lease", () -> other.knownGateways() == 1);
    }
}
