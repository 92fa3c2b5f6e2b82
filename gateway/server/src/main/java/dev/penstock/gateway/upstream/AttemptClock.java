package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.routing.Outcome.FailureClass;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one attempt: what is awaited now, and the absolute deadline. One timer, armed anew only when it fires
 * early, so that a token costs one store and no timer.
 */
final class AttemptClock {
    /** How often the silence of a worker is looked at. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private final Loop loop;
    private final long deadlineNanos;
    private final Consumer<FailureClass> expired;

    private FailureClass awaited = FailureClass.DEADLINE;
    private long windowNanos = Long.MAX_VALUE;
    private long sinceNanos;
    private boolean suspended;
    private Optional<BooleanSupplier> silent;
    private boolean silentBefore;
    private boolean stopped;
    private Loop.@Nullable Timer timer;
    private long timerDueNanos;

    /**
     * Runs at once.
     *
     * @param silent whether nothing is heard of the worker. Until anything comes of the answer this counts, too: one that is
     *     silent twice, {@link #LOOK} apart, is not waited for. Once might be our own pause.
     */
    AttemptClock(Loop loop, long deadlineNanos, BooleanSupplier silent, Consumer<FailureClass> expired) {
        this.loop = loop;
        this.deadlineNanos = deadlineNanos;
        this.silent = Optional.of(silent);
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

    /** Something came: from now on the window tells. */
    void heard() {
        silent = Optional.empty();
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
        } else if (silent.isPresent() && stillSilent(silent.get().getAsBoolean())) {
            expired.accept(FailureClass.FIRST_TOKEN_TIMEOUT);
        } else {
            arm();
        }
    }

    private boolean stillSilent(boolean now) {
        boolean twice = now && silentBefore;
        silentBefore = now;
        return twice;
    }

    private long dueNanos() {
        long look = loop.nanoTime() + LOOK.toNanos();
        long due = windowDueNanos();
        return silent.isPresent() && look - due < 0 ? look : due;
    }

    private long windowDueNanos() {
        if (windowNanos == Long.MAX_VALUE) {
            return deadlineNanos;
        }
        long from = suspended ? loop.nanoTime() : sinceNanos;
        return deadlineNanos - (from + windowNanos) < 0 ? deadlineNanos : from + windowNanos;
    }
}
