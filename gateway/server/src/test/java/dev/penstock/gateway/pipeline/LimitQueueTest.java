package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.gateway.pipeline.AdmissionDecision.Admitted;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import dev.penstock.gateway.pipeline.AdmissionDecision.Rejected;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Waiting for limits, on a clock that goes on when a test says so. */
final class LimitQueueTest {
    private record Timed(long at, long number, Runnable task) {}

    private final PriorityQueue<Timed> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timed::at).thenComparingLong(Timed::number));
    private long now;
    private long numbers;
    private int most = 1_000;

    private final Loop loop = new Loop() {
        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            Timed timed = new Timed(now + delay.toNanos(), numbers++, task);
            timers.add(timed);
            return () -> timers.remove(timed);
        }

        @Override
        public void defer(Runnable task) {
            schedule(Duration.ZERO, task);
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

    private final LimitQueue queue = new LimitQueue(
            () -> new PipelineSettings(
                            1, 1, most, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20))
                    .withLimitWait(Duration.ofSeconds(10)),
            loop);

    /** One bucket for everybody: a token every 100 ms, of which it holds one. */
    private long freeAt;

    private final List<String> admitted = new ArrayList<>();
    private final Map<String, TokenUsage> settled = new HashMap<>();

    private Future<AdmissionDecision> bucket(String name) {
        if (now < freeAt) {
            return Future.succeededFuture(
                    new Rejected(name, Optional.of(Duration.ofNanos(freeAt - now)), RateLimits.NONE));
        }
        freeAt = now + Duration.ofMillis(100).toNanos();
        admitted.add(name);
        return Future.succeededFuture(new Admitted(usage -> settled.put(name, usage), RateLimits.NONE));
    }

    private Future<AdmissionDecision> ask(String tenant, Criticality criticality, double cost, String name) {
        return ask(tenant, criticality, cost, name, Promise.<Boolean>promise().future());
    }

    private Future<AdmissionDecision> ask(
            String tenant, Criticality criticality, double cost, String name, Future<Boolean> closed) {
        return queue.admit(new Share(tenant, 1, criticality, () -> cost), tenant, () -> bucket(name), closed);
    }

    private Future<AdmissionDecision> ask(String tenant, String name) {
        return ask(tenant, Criticality.DEFAULT, 1, name);
    }

    private void pass(Duration time) {
        long end = now + time.toNanos();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            Timed next = timers.poll();
            now = Math.max(now, next.at());
            next.task().run();
        }
        now = end;
    }

    @Test
    void whoIsRefusedWaitsUntilThereIsRoom() {
        assertInstanceOf(Admitted.class, ask("a", "1").result());
        Future<AdmissionDecision> second = ask("a", "2");
        Future<AdmissionDecision> third = ask("a", "3");
        assertFalse(second.isComplete());
        assertEquals(2, queue.waiting());
        pass(Duration.ofMillis(110));
        assertInstanceOf(Admitted.class, second.result());
        assertFalse(third.isComplete());
        pass(Duration.ofMillis(110));
        assertInstanceOf(Admitted.class, third.result()).lease().settle(new TokenUsage(3, 4, 0, false));
        assertEquals(List.of("1", "2", "3"), admitted);
        assertEquals(new TokenUsage(3, 4, 0, false), settled.get("3"));
        assertEquals(0, queue.waiting());
    }

    @Test
    void aLimitThatTenantsShareIsSharedFairly() {
        ask("flood", "first");
        for (int i = 0; i < 500; i++) {
            ask("flood", "flood");
        }
        pass(Duration.ofMillis(250));
        for (int i = 0; i < 20; i++) {
            ask("small", "small");
        }
        admitted.clear();
        pass(Duration.ofSeconds(2));
        long small = admitted.stream().filter("small"::equals).count();
        assertTrue(Math.abs(small - (admitted.size() - small)) <= 1, admitted.toString());
        assertTrue(admitted.size() >= 17, "the limit is used: " + admitted.size());
    }

    @Test
    void theDearGetFewer() {
        ask("dear", "first");
        for (int i = 0; i < 50; i++) {
            ask("dear", Criticality.DEFAULT, 3, "dear");
            ask("cheap", Criticality.DEFAULT, 1, "cheap");
        }
        admitted.clear();
        pass(Duration.ofSeconds(4));
        long dear = admitted.stream().filter("dear"::equals).count();
        assertTrue(Math.abs(4 * dear - admitted.size()) <= 8, dear + " of " + admitted.size());
    }

    @Test
    void theMoreCriticalGoFirstAndShedOthers() {
        most = 2;
        ask("a", "first");
        Future<AdmissionDecision> batch = ask("b", Criticality.SHEDDABLE, 1, "batch");
        Future<AdmissionDecision> normal = ask("c", Criticality.DEFAULT, 1, "normal");
        Future<AdmissionDecision> more = ask("d", Criticality.SHEDDABLE, 1, "more");
        assertInstanceOf(Rejected.class, more.result(), "the queue is full of its betters and equals");
        Future<AdmissionDecision> critical = ask("e", Criticality.CRITICAL, 1, "critical");
        assertInstanceOf(Rejected.class, batch.result(), "it makes room");
        pass(Duration.ofMillis(110));
        assertInstanceOf(Admitted.class, critical.result());
        pass(Duration.ofMillis(110));
        assertInstanceOf(Admitted.class, normal.result());
        assertEquals(List.of("first", "critical", "normal"), admitted);
    }

    @Test
    void whoWaitsTooLongIsToldWhenToComeAgain() {
        ask("a", "0");
        List<Future<AdmissionDecision>> asked = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asked.add(ask("a", "n" + i));
        }
        pass(Duration.ofSeconds(11));
        long refused = asked.stream()
                .filter(each -> each.result() instanceof Rejected rejected
                        && rejected.retryAfter().orElseThrow().compareTo(Duration.ofMillis(100)) <= 0)
                .count();
        assertTrue(refused >= 95 && refused <= 105, refused + " refused");
        assertEquals(0, queue.waiting());
    }

    @Test
    void whoNeedsLongerThanTheWaitIsRefusedAtOnce() {
        freeAt = Duration.ofSeconds(11).toNanos();
        assertInstanceOf(Rejected.class, ask("a", "late").result());
        assertEquals(0, queue.waiting());
    }

    @Test
    void whoLeavesTakesNothing() {
        Promise<Boolean> closed = Promise.promise();
        ask("a", "0");
        Future<AdmissionDecision> left = ask("a", Criticality.DEFAULT, 1, "left", closed.future());
        Future<AdmissionDecision> stays = ask("a", "stays");
        closed.complete(true);
        assertTrue(left.failed());
        pass(Duration.ofMillis(110));
        assertInstanceOf(Admitted.class, stays.result());
        assertEquals(List.of("0", "stays"), admitted);
    }

    @Test
    void whatIsGrantedToOneWhoLeftMeanwhileGoesBack() {
        Promise<Boolean> closed = Promise.promise();
        Promise<AdmissionDecision> slow = Promise.promise();
        ask("a", "0");
        List<Future<AdmissionDecision>> answers = new ArrayList<>(List.of(
                Future.succeededFuture(new Rejected("", Optional.of(Duration.ofMillis(100)), RateLimits.NONE)),
                slow.future()));
        Future<AdmissionDecision> asked = queue.admit(
                new Share("b", 1, Criticality.DEFAULT, () -> 1), "b", answers::removeFirst, closed.future());
        pass(Duration.ofMillis(110));
        closed.complete(true);
        assertTrue(asked.failed());
        slow.complete(new Admitted(usage -> settled.put("gone", usage), RateLimits.NONE));
        assertEquals(TokenUsage.NONE, settled.get("gone"));
        assertEquals(0, queue.waiting());
    }

    @Test
    void whatCanNeverBeAdmittedWaitsNoLonger() {
        ask("a", "0");
        List<AdmissionDecision> answers = new ArrayList<>(List.of(
                new Rejected("", Optional.of(Duration.ofMillis(50)), RateLimits.NONE),
                new Rejected("never", Optional.empty(), RateLimits.NONE)));
        Future<AdmissionDecision> asked = queue.admit(
                new Share("b", 1, Criticality.DEFAULT, () -> 1),
                "b",
                () -> Future.succeededFuture(answers.removeFirst()),
                Promise.<Boolean>promise().future());
        pass(Duration.ofMillis(60));
        assertEquals("never", assertInstanceOf(Rejected.class, asked.result()).reason());
    }
}
