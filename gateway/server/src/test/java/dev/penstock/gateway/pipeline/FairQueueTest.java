package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is served first, and who is shed. */
class FairQueueTest {
    /** Timers run when a test says so. */
    private final Deque<Runnable> timers = new ArrayDeque<>();

    private final Loop still = new Loop() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            timers.add(task);
            return () -> timers.remove(task);
        }

        @Override
        public void defer(Runnable task) {
            task.run();
        }

        @Override
        public Executor place() {
            return Runnable::run;
        }

        @Override
        public <T> Future<T> here(Future<T> future) {
            return future;
        }
    };

    private final QueueCounts counts = new QueueCounts();
    private int length = 1_024;
    private final ModelQueues<String> queues = new ModelQueues<>(
            () -> new PipelineSettings(
                    1, 1, length, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20)),
            still,
            counts);
    private final List<String> served = new ArrayList<>();
    private int room;
    /** The model that there is room for; empty is any. */
    private String only = "";

    private static Share share(String tenant, double cost) {
        return new Share(tenant, 1, Criticality.DEFAULT, () -> cost);
    }

    private static Share share(String tenant, Criticality criticality) {
        return new Share(tenant, 1, criticality, () -> 1);
    }

    private Future<String> ask(Share share, String model, Capability needs, String name) {
        Supplier<Optional<String>> place = () -> {
            if (room == 0 || !(only.isEmpty() || only.equals(model))) {
                return Optional.empty();
            }
            room--;
            served.add(name);
            return Optional.of(name);
        };
        return queues.take(
                share, request(model, needs), place, Promise.<Boolean>promise().future());
    }

    private Future<String> ask(Share share, String name) {
        return ask(share, "m", Capability.CHAT, name);
    }

    private void roomFor(int requests) {
        room = requests;
        queues.room();
    }

    private static InferenceRequest request(String model, Capability needs) {
        try {
            return new InferenceRequest(
                    "r",
                    "",
                    Operation.CHAT,
                    new ModelId(model),
                    JsonDocument.parse("{}".getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                    false,
                    false,
                    1,
                    OptionalLong.empty(),
                    Set.of(needs),
                    0);
        } catch (JsonRejectedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static TokenUsage prompt(double tokens) {
        return new TokenUsage((long) tokens, 0, 0, false);
    }

    @Test
    void whoFloodsDoesNotStarveOthers() {
        for (int i = 0; i < 10; i++) {
            ask(share("flood", 10), "flood-" + i);
        }
        ask(share("calm", 10), "calm-0");
        ask(share("calm", 10), "calm-1");
        roomFor(5);
        assertEquals(List.of("flood-0", "calm-0", "flood-1", "calm-1", "flood-2"), served);
    }

    @Test
    void theCriticalComeFirstAndTheSheddableLast() {
        ask(share("a", Criticality.SHEDDABLE), "later");
        ask(share("a", Criticality.DEFAULT), "usual");
        ask(share("b", Criticality.CRITICAL), "urgent");
        ask(share("c", Criticality.CRITICAL), "urgent of another model", "n");
        ask(share("b", Criticality.DEFAULT), "usual too");
        roomFor(5);
        assertEquals(List.of("urgent", "urgent of another model", "usual", "usual too", "later"), served);
    }

    private void ask(Share share, String name, String model) {
        ask(share, model, Capability.CHAT, name);
    }

    /** Where a tenant is behind, it is in whatever model it asks for, as long as they share the room. */
    @Test
    void twoModelsOfATenantAreOneTenant() {
        for (int i = 0; i < 4; i++) {
            ask(share("flood", 10), "flood-m" + i, "m");
            ask(share("flood", 10), "flood-n" + i, "n");
        }
        for (int i = 0; i < 4; i++) {
            ask(share("calm", 10), "calm-" + i, "m");
        }
        roomFor(8);
        assertEquals(4, served.stream().filter(name -> name.startsWith("calm")).count(), served.toString());
    }

    @Test
    void roomThatNobodyElseCanUseIsFree() {
        for (int i = 0; i < 10; i++) {
            ask(share("a", 10), "a" + i, "n");
        }
        only = "m";
        for (int i = 0; i < 50; i++) {
            ask(share("b", 10), "b" + i, "m");
            ask(share("b", 10), "b", "m");
            roomFor(2);
        }
        assertEquals(100, served.size());
        served.clear();
        only = "n";
        ask(share("b", 10), "b in n", "n");
        roomFor(3);
        assertTrue(served.contains("b in n"), () -> "what it had was nobody else's: " + served);
    }

    /** A tenant that always has so many waiting, and what it got. */
    private static final class Backlog {
        final String name;
        final double weight;
        final int most;
        int waiting;
        double got;

        Backlog(String name, double weight, int most) {
            this.name = name;
            this.weight = weight;
            this.most = most;
        }

        Share share(double expected) {
            waiting++;
            return new Share(name, weight, Criticality.DEFAULT, () -> expected);
        }

        void served(double cost) {
            waiting--;
            got += cost / weight;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whoWaitsAllTheTimeGetsItsPartByItsWeight(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Backlog> tenants =
                List.of(new Backlog("flood", 1, 20), new Backlog("calm", 1, 2), new Backlog("heavy", 3, 2));
        double dearest = 500;
        double worst = 0;
        for (int round = 0; round < 20_000; round++) {
            for (Backlog tenant : tenants) {
                while (tenant.waiting < tenant.most) {
                    double cost = 1 + random.nextInt((int) dearest);
                    Share share = tenant.share(cost);
                    ask(share, tenant.name).onSuccess(name -> {
                        tenant.served(cost);
                        queues.settle(share, prompt(cost));
                    });
                }
            }
            roomFor(1);
            double most =
                    tenants.stream().mapToDouble(tenant -> tenant.got).max().orElseThrow();
            double least =
                    tenants.stream().mapToDouble(tenant -> tenant.got).min().orElseThrow();
            worst = Math.max(worst, most - least);
            assertEquals(round + 1, served.size(), "seed " + seed + ": room was left unused");
        }
        assertTrue(worst <= 2 * dearest, "seed " + seed + ": parts differ by " + worst);
        assertTrue(tenants.getFirst().got > 100 * dearest, "seed " + seed);
    }

    /** Expectations that are wrong are made good when requests end. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void whatIsDearerThanExpectedCountsAsWhatItIs(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Backlog cheap = new Backlog("cheap", 1, 3);
        Backlog dear = new Backlog("dear", 1, 3);
        Deque<Runnable> running = new ArrayDeque<>();
        int places = 8;
        for (int round = 0; round < 20_000; round++) {
            for (Backlog tenant : List.of(cheap, dear)) {
                while (tenant.waiting < tenant.most) {
                    double cost = tenant.equals(dear) ? 500 + random.nextInt(1_000) : 50 + random.nextInt(100);
                    Share share = tenant.share(100); // all look alike
                    ask(share, tenant.name).onSuccess(name -> {
                        tenant.served(cost);
                        running.add(() -> queues.settle(share, prompt(cost)));
                    });
                }
            }
            if (running.size() == places) {
                running.remove().run();
            }
            roomFor(1);
        }
        double bound = 2 * 1_500 + places * 1_500;
        double apart = Math.abs(dear.got - cheap.got);
        assertTrue(apart <= bound, () -> "seed " + seed + ": apart by " + apart + " of " + dear.got);
        assertTrue(dear.got > 20 * bound, () -> "seed " + seed + ": " + dear.got);
    }

    @Test
    void nobodySavesUpWhileItAsksForNothing() {
        for (int i = 0; i < 100; i++) {
            ask(share("a", 10), "a");
            ask(share("b", 10), "b");
        }
        roomFor(100);
        served.clear();
        for (int i = 0; i < 10; i++) {
            ask(share("late", 10), "late");
        }
        roomFor(9);
        assertEquals(3, served.stream().filter("late"::equals).count(), served.toString());
    }

    @Test
    void whoLeavesForAMomentIsNotLetOffWhatItHad() {
        ask(share("big", 1_000), "big-0");
        for (int i = 0; i < 20; i++) {
            ask(share("small", 10), "small-" + i);
        }
        roomFor(1);
        assertEquals(List.of("big-0"), served, "the first to come, since neither has had anything");
        ask(share("big", 1_000), "big-1");
        roomFor(20);
        assertFalse(served.contains("big-1"), "it has had a hundred times what the other's first cost");
        roomFor(1);
        assertTrue(served.contains("big-1"), "nobody else is there");
    }

    @Test
    void aFullQueueShedsTheNewestOfTheLeastCritical() {
        length = 4;
        List<Future<String>> waiting = new ArrayList<>();
        waiting.add(ask(share("a", Criticality.SHEDDABLE), "s0"));
        waiting.add(ask(share("a", Criticality.SHEDDABLE), "s1"));
        waiting.add(ask(share("b", Criticality.SHEDDABLE), "s2"));
        waiting.add(ask(share("b", Criticality.DEFAULT), "d0"));
        assertTrue(ask(share("c", Criticality.CRITICAL), "c0").cause() == null);
        assertEquals(List.of(1), failed(waiting), "of the tenant that has most");
        assertTrue(ask(share("b", Criticality.DEFAULT), "d1").cause() == null);
        assertEquals(List.of(1, 2), failed(waiting), "of equals the newest");
        assertTrue(ask(share("c", Criticality.CRITICAL), "c1").cause() == null);
        assertEquals(List.of(0, 1, 2), failed(waiting));
        assertTrue(ask(share("c", Criticality.CRITICAL), "c2").cause() == null);
        assertEquals(List.of(0, 1, 2), failed(waiting), "d1 went, not d0");
        // Of its own class nobody has more than it.
        assertOverloaded(ask(share("d", Criticality.DEFAULT), "d2"));
        assertOverloaded(ask(share("d", Criticality.SHEDDABLE), "s3"));
        assertEquals(3, counts.waiting(Criticality.CRITICAL));
        assertEquals(1, counts.waiting(Criticality.DEFAULT));
        assertEquals(0, counts.waiting(Criticality.SHEDDABLE));
        assertEquals(2, counts.shed(Criticality.DEFAULT));
        assertEquals(4, counts.shed(Criticality.SHEDDABLE));
        assertEquals(4, queues.waiting(new ModelId("m")));
        roomFor(4);
        assertEquals(List.of("c0", "c1", "c2", "d0"), served);
    }

    private static List<Integer> failed(List<Future<String>> futures) {
        List<Integer> failed = new ArrayList<>();
        for (int i = 0; i < futures.size(); i++) {
            if (futures.get(i).failed()) {
                assertOverloaded(futures.get(i));
                failed.add(i);
            }
        }
        return failed;
    }

    private static void assertOverloaded(Future<String> refused) {
        GatewayException told = (GatewayException) refused.cause();
        assertTrue(told.error() instanceof GatewayError.Overloaded overloaded
                && overloaded.retryAfter().toMillis() > 0);
    }

    @Test
    void aFloodDoesNotKeepOthersOutOfAFullQueue() {
        length = 8;
        List<Future<String>> flood = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            flood.add(ask(share("flood", 1), "flood-" + i));
        }
        assertOverloaded(ask(share("flood", 1), "one too many of its own"));
        for (int i = 0; i < 4; i++) {
            assertTrue(ask(share("calm", 1), "calm-" + i).cause() == null);
        }
        assertEquals(List.of(4, 5, 6, 7), failed(flood), "the newest, and as many as are left to others");
        assertOverloaded(ask(share("calm", 1), "as many as the other has"));
        // Twice the weight is twice the queue.
        Share heavy = new Share("heavy", 2, Criticality.DEFAULT, () -> 1);
        assertTrue(ask(heavy, "heavy").cause() == null);
    }

    @Test
    void whoLeavesOrWaitsTooLongMakesRoom() {
        length = 2;
        Promise<Boolean> closed = Promise.promise();
        Future<String> leaving =
                queues.take(share("a", 1), request("m", Capability.CHAT), Optional::empty, closed.future());
        Future<String> waiting = ask(share("b", 1), "b");
        closed.complete(true);
        assertTrue(leaving.cause() instanceof GatewayException gone && gone.error() instanceof GatewayError.ClientGone);
        assertEquals(1, queues.waiting(new ModelId("m")));
        List.copyOf(timers).forEach(Runnable::run);
        assertOverloaded(waiting);
        assertEquals(1, counts.expired(Criticality.DEFAULT));
        assertEquals(0, counts.waiting(Criticality.DEFAULT));
        roomFor(1);
        assertEquals(List.of(), served);
        assertTrue(ask(share("c", 1), "c").succeeded(), "nobody waits before it");
    }

    @Test
    void tenantsThatAreDoneAreForgotten() {
        FairShares shares = new FairShares();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        List<Share> waiting = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            Share share = share("tenant-" + i, 1 + random.nextInt(100));
            shares.enter(share);
            waiting.add(share);
            if (i >= 100) {
                Share next = waiting.remove(random.nextInt(100));
                shares.served(next, true);
                shares.leave(next);
                shares.settle(next, 1_000_000 - i); // all of them have had more than those that come
            }
            assertTrue(shares.size() <= 4_096 + 101, "after " + i + ": " + shares.size());
        }
        waiting.forEach(shares::leave);
    }
}
