package dev.penstock.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.routing.Outcome.FailureClass;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class AttemptClockTest {
    private static final Duration WINDOW = Duration.ofMillis(100);

    /** Time that passes only when told to. */
    private static final class ManualLoop implements Loop {
        private record Task(long dueNanos, Runnable run) {}

        private final List<Task> tasks = new ArrayList<>();
        private long now = Long.MAX_VALUE - Duration.ofMillis(350).toNanos(); // overflows on the way
        private int scheduled;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Timer schedule(Duration delay, Runnable run) {
            scheduled++;
            Task task = new Task(now + delay.toNanos(), run);
            tasks.add(task);
            return () -> tasks.remove(task);
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

        void advanceMillis(int millis) {
            for (int i = 0; i < millis; i++) {
                now += 1_000_000;
                for (Optional<Task> due = due(); due.isPresent(); due = due()) {
                    tasks.remove(due.get());
                    due.get().run().run();
                }
            }
        }

        private Optional<Task> due() {
            return tasks.stream()
                    .filter(task -> task.dueNanos() - now <= 0)
                    .min(Comparator.comparing(task -> task.dueNanos() - now));
        }
    }

    private final ManualLoop loop = new ManualLoop();
    private final List<FailureClass> expired = new ArrayList<>();

    private AttemptClock clock(int deadlineMillis) {
        return clock(deadlineMillis, () -> false);
    }

    private AttemptClock clock(int deadlineMillis, BooleanSupplier silent) {
        long deadline = loop.nanoTime() + Duration.ofMillis(deadlineMillis).toNanos();
        AttemptClock[] clock = new AttemptClock[1];
        clock[0] = new AttemptClock(loop, deadline, silent, what -> {
            expired.add(what);
            clock[0].stop();
        });
        return clock[0];
    }

    @Test
    void aWorkerThatIsSilentTwiceIsNotWaitedForUntilItIsHeard() {
        boolean[] silent = {true};
        clock(60_000, () -> silent[0]);
        loop.advanceMillis(3_000);
        silent[0] = false; // our own pause
        loop.advanceMillis(3_000);
        silent[0] = true;
        loop.advanceMillis(3_000);
        assertEquals(List.of(), expired);
        loop.advanceMillis(2_000);
        assertEquals(List.of(FailureClass.FIRST_TOKEN_TIMEOUT), expired);

        expired.clear();
        AttemptClock heard = clock(60_000, () -> true);
        loop.advanceMillis(1_000);
        heard.heard();
        loop.advanceMillis(50_000);
        assertEquals(List.of(), expired);
    }

    @Test
    void whatIsAwaitedAndDoesNotComeIsTold() {
        clock(10_000).await(FailureClass.FIRST_TOKEN_TIMEOUT, WINDOW);
        loop.advanceMillis(99);
        assertEquals(List.of(), expired);
        loop.advanceMillis(1);
        assertEquals(List.of(FailureClass.FIRST_TOKEN_TIMEOUT), expired);
    }

    @Test
    void eachTokenStartsTheWindowAgainWithoutATimerOfItsOwn() {
        AttemptClock clock = clock(10_000);
        clock.await(FailureClass.STALLED, WINDOW);
        for (int token = 0; token < 500; token++) {
            loop.advanceMillis(2);
            clock.touch();
        }
        assertEquals(List.of(), expired);
        assertTrue(loop.scheduled <= 15, loop.scheduled + " timers in 1000 ms");
        loop.advanceMillis(100);
        assertEquals(List.of(FailureClass.STALLED), expired);
    }

    @Test
    void theDeadlineHoldsWhateverComes() {
        AttemptClock clock = clock(250);
        clock.await(FailureClass.STALLED, WINDOW);
        for (int token = 0; token < 300; token++) {
            loop.advanceMillis(1);
            clock.touch();
        }
        assertEquals(List.of(FailureClass.DEADLINE), expired);
    }

    @Test
    void aWorkerHeldBackByUsIsNotSilent() {
        AttemptClock clock = clock(10_000);
        clock.await(FailureClass.STALLED, WINDOW);
        loop.advanceMillis(50);
        clock.suspend();
        loop.advanceMillis(500);
        clock.resume();
        loop.advanceMillis(99);
        assertEquals(List.of(), expired);
        loop.advanceMillis(1);
        assertEquals(List.of(FailureClass.STALLED), expired);
    }

    @Test
    void aStoppedClockTellsNothing() {
        clock(100).stop();
        loop.advanceMillis(500);
        assertEquals(List.of(), expired);
    }
}
