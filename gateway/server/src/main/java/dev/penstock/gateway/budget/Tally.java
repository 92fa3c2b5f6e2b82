package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets.Standing;
import java.time.Duration;
import java.time.Instant;

/** What is known of a period of a soft budget, of which nothing is granted: what all gateways together have spent. Thread safe. */
final class Tally {
    private static final long REFRESH_NANOS = Duration.ofSeconds(2).toNanos();
    /** What was spent is in the store by then. */
    private static final long SETTLED_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long RETIRE_NANOS = Duration.ofMinutes(10).toNanos();

    private final Instant starts;
    private Budget budget;
    private long usedNanos;
    private boolean answered;
    private long answeredNanos;
    private Standing standing = new Standing(0, 0);

    Tally(Budget budget, Instant starts, long nowNanos) {
        this.budget = budget;
        this.starts = starts;
        this.usedNanos = nowNanos;
    }

    synchronized void used(long nowNanos) {
        usedNanos = nowNanos;
    }

    /** Whether the store is to be asked. */
    synchronized boolean due(long nowNanos) {
        return !answered || (answeredNanos - usedNanos < SETTLED_NANOS && nowNanos - answeredNanos > REFRESH_NANOS);
    }

    /** Whether nobody will ask for it. */
    synchronized boolean retires(boolean current, long nowNanos) {
        return answered
                && !due(nowNanos)
                && answeredNanos - usedNanos >= SETTLED_NANOS
                && (!current || nowNanos - usedNanos > RETIRE_NANOS);
    }

    synchronized void answered(Standing now, long askedNanos) {
        standing = now;
        answered = true;
        answeredNanos = askedNanos;
    }

    synchronized void configured(Budget now) {
        budget = now;
    }

    synchronized Budget budget() {
        return budget;
    }

    synchronized boolean known() {
        return answered;
    }

    Instant starts() {
        return starts;
    }

    synchronized Standing standing() {
        return standing;
    }
}
