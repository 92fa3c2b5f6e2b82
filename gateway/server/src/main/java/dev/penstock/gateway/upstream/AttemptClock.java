package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.routing.Outcome.FailureClass;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one attempt: what is awaited now, and the absolute deadline. One timer, armed anew only when it fires
 * early, so that a token costs one store and no timer.
 */
final class AttemptClock {
    private final Loop loop;
    private final long deadlineNanos;
    private final Consumer<FailureClass> expired;

    private FailureClass awaited = FailureClass.DEADLINE;
    private long windowNanos = Long.MAX_VALUE;
    private long sinceNanos;
    private boolean suspended;
    private boolean stopped;
    private Loop.@Nullable Timer timer;
    private long timerDueNanos;

    AttemptClock(Loop loop, long deadlineNanos, Consumer<FailureClass> expired) {
        this.loop = loop;
        this.deadlineNanos = deadlineNanos;
        this.expired = expired;
        this.sinceNanos = loop.nanoTime();
        arm();
    }

    /** From now on this is awaited, within the window each time. */
    void await(FailureClass what, Duration window) {
        awaited = what;
        windowNanos = window.toNanos();
        touch();
        if (dueNanos() - timerDueNanos < 0) {
            arm();
        }
    }

    /** Only the deadline counts. */
    void awaitDeadlineOnly() {
        windowNanos = Long.MAX_VALUE;
    }

    /** What is awaited came: the window starts again. */
    void touch() {
        sinceNanos = loop.nanoTime();
    }

    /** We hold the worker back ourselves: its silence says nothing. */
    void suspend() {
        suspended = true;
    }

    /** It may speak again. */
    void resume() {
        suspended = false;
        touch();
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void arm() {
        if (timer != null) {
            timer.cancel();
        }
        timerDueNanos = dueNanos();
        long wait = Math.max(0, timerDueNanos - loop.nanoTime());
        timer = loop.schedule(Duration.ofNanos(wait), this::fire);
    }

    private void fire() {
        if (stopped) {
            return;
        }
        long now = loop.nanoTime();
        if (now - deadlineNanos >= 0) {
            expired.accept(FailureClass.DEADLINE);
        } else if (!suspended && windowNanos != Long.MAX_VALUE && now - sinceNanos >= windowNanos) {
            expired.accept(awaited);
        } else {
            arm();
        }
    }

    private long dueNanos() {
        if (windowNanos == Long.MAX_VALUE) {
            return deadlineNanos;
        }
        long from = suspended ? loop.nanoTime() : sinceNanos;
        return deadlineNanos - (from + windowNanos) < 0 ? deadlineNanos : from + windowNanos;
    }
}
