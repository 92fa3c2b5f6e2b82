package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopTimersTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void delaysAreRoundedUpByLittle() {
        for (long nanos : new long[] {1, 999_999, 1_000_000, 1_000_001, 20_000_000_000L, 600_000_000_001L}) {
            long rounded = LoopTimers.rounded(nanos);
            assertTrue(rounded >= nanos && rounded <= nanos + Math.max(1_000_000, nanos / 32), nanos + " " + rounded);
        }
    }

    @Test
    void thoseThatAreNotCancelledRunAfterTheirDelayInTheOrderInWhichTheyAreDue() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        Promise<List<Integer>> all = Promise.promise();
        List<Integer> expected = new ArrayList<>();
        vertx.runOnContext(start -> {
            List<Integer> ran = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int number = i;
                long set = System.nanoTime();
                Duration delay = Duration.ofMillis(number % 2 == 0 ? 20 : 40);
                LoopTimers.Timer timer = LoopTimers.schedule(vertx, delay, () -> {
                    if (System.nanoTime() - set < delay.toNanos()) {
                        all.tryFail(number + " ran early");
                    }
                    ran.add(number);
                });
                if (random.nextInt(3) == 0) {
                    timer.cancel();
                    timer.cancel();
                } else {
                    expected.add(number);
                }
            }
            LoopTimers.schedule(vertx, Duration.ofMillis(200), () -> all.tryComplete(ran));
        });
        List<Integer> ran = all.future().await();
        for (int parity = 0; parity < 2; parity++) {
            int rest = parity;
            assertEquals(
                    expected.stream().filter(n -> n % 2 == rest).toList(),
                    ran.stream().filter(n -> n % 2 == rest).toList(),
                    "seed " + seed);
        }
    }

    @Test
    void oneMaySetAnotherOfTheSameDelay() {
        Promise<Integer> done = Promise.promise();
        vertx.runOnContext(start -> again(5, done));
        assertEquals(0, done.future().await());
    }

    private void again(int left, Promise<Integer> done) {
        if (left == 0) {
            done.complete(left);
        } else {
            LoopTimers.schedule(vertx, Duration.ofMillis(2), () -> again(left - 1, done));
        }
    }

    @Test
    void aTaskRunsInTheContextItWasSetIn() {
        Context context = vertx.getOrCreateContext();
        Promise<Context> ran = Promise.promise();
        context.runOnContext(
                start -> LoopTimers.schedule(vertx, Duration.ofMillis(1), () -> ran.complete(Vertx.currentContext())));
        assertEquals(context, ran.future().await());
    }

    @Test
    void oneThatFailsStopsNoOther() {
        Promise<String> ran = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.exceptionHandler(expected -> {});
        context.runOnContext(start -> {
            LoopTimers.schedule(vertx, Duration.ofMillis(2), () -> {
                throw new IllegalStateException("expected");
            });
            LoopTimers.schedule(vertx, Duration.ofMillis(2), () -> ran.complete("ran"));
        });
        assertEquals("ran", ran.future().await());
    }

    @Test
    void offAnEventLoopItIsATimerAllTheSame() {
        Promise<String> ran = Promise.promise();
        LoopTimers.schedule(vertx, Duration.ofMillis(1), () -> ran.complete("ran"));
        assertEquals("ran", ran.future().await());
    }
}
