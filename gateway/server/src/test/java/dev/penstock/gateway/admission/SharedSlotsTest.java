package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.tenancy.ManualClock;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedSlotsTest {
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final Map<View, Claimed> claimed = new HashMap<>();
    private final Queue<Runnable> answers = new ArrayDeque<>();
    private boolean late;
    private boolean away;
    private int asked;

    private record Claimed(long held, long untilNanos) {}

    /** The cluster, as one of the gateways sees it: what each holds, until when. */
    private final class View implements SharedLimits {
        private final int gateways;
        int known;

        View(int gateways) {
            this.gateways = gateways;
            this.known = gateways;
        }

        @Override
        public int gateways() {
            return gateways;
        }

        @Override
        public int known() {
            return known;
        }

        @Override
        public Future<Held> claim(String limit, long most, long used, long wanted, Duration lease) {
            asked++;
            if (away) {
                return Future.failedFuture("away");
            }
            long now = clock.currentTimeNanos();
            claimed.values().removeIf(each -> each.untilNanos() <= now);
            claimed.remove(this);
            long others = claimed.values().stream().mapToLong(Claimed::held).sum();
            long held = Math.max(used, Math.min(wanted, most - others));
            claimed.put(this, new Claimed(held, now + lease.toNanos()));
            Held answer = new Held(held, Math.max(0, most - others - held));
            if (!late) {
                return Future.succeededFuture(answer);
            }
            Promise<Held> promise = Promise.promise();
            answers.add(() -> promise.complete(answer));
            return promise.future();
        }

        @Override
        public Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens, long initial) {
            return Future.failedFuture("not asked");
        }

        @Override
        public Future<Void> giveBack(String bucket, Rate rate, long tokens) {
            return Future.failedFuture("not asked");
        }

        @Override
        public Future<Void> debit(String bucket, Rate rate, long tokens) {
            return Future.failedFuture("not asked");
        }
    }

    private static Limit limit(String amounts) {
        return new Limit(
                Limit.Level.KEY,
                "k",
                Configs.auth("limits: [{" + amounts + "}]").limits().getFirst());
    }

    private List<SharedSlots> gateways(int count, String amounts) {
        List<SharedSlots> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new SharedSlots(limit(amounts), new View(count), clock));
        }
        return all;
    }

    private void settleAnswers() {
        while (!answers.isEmpty()) {
            answers.remove().run();
        }
    }

    /** Requests come and go at three gateways: never more at once than the limit, and nearly as many where asked for. */
    @ParameterizedTest
    @CsvSource({"exact, false, 1", "exact, true, 2", "leased, false, 3", "leased, true, 4"})
    void noMoreRunAtOnceThanTheLimit(String mode, boolean answersLate, long seed) {
        late = answersLate;
        List<SharedSlots> gateways = gateways(3, "concurrent-requests: 20, mode: " + mode);
        SplittableRandom random = new SplittableRandom(seed);
        List<SharedSlots> running = new ArrayList<>();
        long full = 0;
        int steps = 20_000;
        for (int i = 0; i < steps; i++) {
            clock.advance(Duration.ofMillis(1));
            if (random.nextInt(10) < 7) {
                SharedSlots at = gateways.get(Math.min(2, random.nextInt(4)));
                at.take(1).onSuccess(probe -> {
                    if (probe.isConsumed()) {
                        running.add(at);
                    }
                });
            } else if (!running.isEmpty()) {
                running.remove(random.nextInt(running.size())).giveBack(1);
            }
            if (answers.size() > 2) {
                answers.remove().run();
            }
            if (i % 500 == 0) {
                gateways.forEach(SharedSlots::tick);
            }
            assertTrue(running.size() <= 20, "seed " + seed + ": " + running.size() + " at once");
            full += running.size() >= 19 ? 1 : 0;
        }
        assertTrue(full > steps * (answersLate ? 0.3 : 0.8), "seed " + seed + ": full in " + full + " of " + steps);
        while (!answers.isEmpty() || !running.isEmpty()) {
            settleAnswers();
            List<SharedSlots> ended = List.copyOf(running);
            running.clear();
            ended.forEach(at -> at.giveBack(1));
        }
        late = false;
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofMillis(1_100));
            gateways.forEach(SharedSlots::tick);
        }
        for (int i = 0; i < 20; i++) {
            assertTrue(gateways.getFirst().take(1).result().isConsumed(), "all are free again: " + i);
        }
        assertFalse(gateways.getFirst().take(1).result().isConsumed());
    }

    @Test
    void whoDiesHoldsNothingAfterItsLease() {
        List<SharedSlots> gateways = gateways(2, "concurrent-requests: 4, mode: exact");
        for (int i = 0; i < 3; i++) {
            assertTrue(gateways.getFirst().take(1).result().isConsumed());
        }
        SharedSlots other = gateways.getLast();
        assertTrue(other.take(1).result().isConsumed());
        assertFalse(other.take(1).result().isConsumed());
        clock.advance(SharedSlots.LEASE); // the first says nothing any more
        other.tick();
        for (int i = 0; i < 3; i++) {
            assertTrue(other.take(1).result().isConsumed());
        }
        assertFalse(other.take(1).result().isConsumed());
    }

    @Test
    void whoLivesHoldsItsPlacesAsLongAsItNeedsThem() {
        List<SharedSlots> gateways = gateways(2, "concurrent-requests: 1");
        assertTrue(gateways.getFirst().take(1).result().isConsumed());
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofMillis(500));
            gateways.forEach(SharedSlots::tick);
            assertFalse(gateways.getLast().take(1).result().isConsumed());
        }
    }

    @Test
    void placesTakenAheadAreAskedOfNobody() {
        SharedSlots gateway = gateways(2, "concurrent-requests: 1000").getFirst();
        int before = asked;
        for (int i = 0; i < 1_000; i++) {
            assertTrue(gateway.take(1).result().isConsumed());
            if (i >= 100) {
                gateway.giveBack(1);
            }
        }
        assertTrue(asked - before < 100, "asked " + (asked - before));
    }

    @Test
    void withoutTheClusterEachHasItsShare() {
        List<SharedSlots> gateways = gateways(3, "concurrent-requests: 10");
        away = true;
        int admitted = 0;
        for (SharedSlots gateway : gateways) {
            for (int i = 0; i < 20; i++) {
                admitted += gateway.take(1).result().isConsumed() ? 1 : 0;
            }
        }
        assertEquals(9, admitted);
    }

    @Test
    void onOneSideOfASplitThereAreItsShare() {
        View view = new View(2);
        SharedSlots gateway = new SharedSlots(limit("concurrent-requests: 9, mode: exact"), view, clock);
        view.known = 3;
        int admitted = 0;
        for (int i = 0; i < 20; i++) {
            admitted += gateway.take(1).result().isConsumed() ? 1 : 0;
        }
        assertEquals(6, admitted);
    }
}
