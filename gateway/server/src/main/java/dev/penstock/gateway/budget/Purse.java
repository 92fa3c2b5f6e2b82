package dev.penstock.gateway.budget;

import dev.penstock.store.Budgets.Holding;
import dev.penstock.store.Budgets.Lease;
import dev.penstock.store.Budgets.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongUnaryOperator;

/**
 * What this gateway holds of a period of a hard budget: a lease of the store's, which it makes larger ahead of need and
 * smaller again, and of which requests reserve. Of it, {@code free = granted - drawn - reserved}.
 *
 * <p>How much it holds free: what was used during the last while would take {@link #AHEAD} to use, but no more than a
 * quarter of what nobody has; so several gateways share, and as a budget runs out what each of them keeps from the others
 * shrinks to nothing. What a waiting request needs is granted whole where there is so much.
 *
 * <p>Thread safe. Times are of the process's monotonic clock, in nanoseconds.
 */
final class Purse {
    /** A lease is good for so long after the store was last heard to know of it. */
    static final long LEASE_NANOS = Duration.ofMinutes(10).toNanos();

    /** What the store said is taken for true for so long. */
    static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();

    /** For how long what is held should do. */
    static final Duration AHEAD = Duration.ofSeconds(30);

    private static final long REFRESH_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long RENEW_NANOS = Duration.ofMinutes(2).toNanos();
    private static final long IDLE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long RETIRE_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int SHARE = 4;
    private static final double NANOS = 1e9;
    /** Over which the rate of spending is averaged, in seconds. */
    private static final double MEMORY = 10;

    private final Instant starts;
    private final Lease lease;

    private Budget budget;
    private long granted;
    private long drawn;
    private long reserved;
    private long expiresNanos;
    private boolean retired;

    /** What the store said last. */
    private Standing standing = new Standing(0, 0);

    private long settled;
    private boolean answered;
    private long answeredNanos;
    private boolean failed;
    private long failedNanos;

    private final List<Promise<Void>> waiting = new ArrayList<>();
    /** Of requests that found too little. */
    private long wanted;

    private long wantedMost;
    /** The largest reservation of late. */
    private long usual;

    private boolean refused;
    private long usedNanos;
    private double perSecond;
    private long measuredNanos;
    private long measured;

    Purse(Budget budget, Instant starts, String node, long nowNanos) {
        this.budget = budget;
        this.starts = starts;
        this.lease = new Lease(UUID.randomUUID().toString(), budget.id(), starts, node);
        this.usedNanos = nowNanos;
        this.measuredNanos = nowNanos;
    }

    /** What came of asking for some. */
    enum Verdict {
        /** It is reserved. */
        TAKEN,
        /** Not here; the store may have it. */
        SHORT,
        /** Not here, and the store has just said that it has not. */
        SPENT,
        /** Not here, and the store does not answer. */
        UNKNOWN,
        /** This purse is no more: there may be another. */
        RETIRED
    }

    /** Reserves so much; where it is not here and may be had, it is noted as wanted. */
    synchronized Verdict reserve(long amount, long nowNanos) {
        Verdict verdict = look(amount, nowNanos);
        switch (verdict) {
            case TAKEN -> reserved += amount;
            case SHORT -> {
                wanted = Math.min(wanted + amount, Long.MAX_VALUE / 4);
                wantedMost = Math.max(wantedMost, amount);
            }
            case SPENT -> refused |= within() <= budget.limit() / 20;
            case UNKNOWN, RETIRED -> {}
        }
        usual = Math.max(usual - usual / 16, amount);
        return verdict;
    }

    /** Whether anything is left, here or at the store. */
    synchronized Verdict check(long nowNanos) {
        Verdict verdict = look(1, nowNanos);
        boolean fresh = answered && nowNanos - answeredNanos < FRESH_NANOS;
        return verdict == Verdict.SHORT && fresh && within() > 0 ? Verdict.TAKEN : verdict;
    }

    /** Whether so much could be reserved. */
    private Verdict look(long amount, long nowNanos) {
        if (retired) {
            return Verdict.RETIRED;
        }
        usedNanos = nowNanos;
        boolean good = nowNanos - expiresNanos < 0;
        if (good && answered && free() >= amount) {
            return Verdict.TAKEN;
        }
        if (failed && nowNanos - failedNanos < FRESH_NANOS) {
            return Verdict.UNKNOWN;
        }
        boolean fresh = answered && nowNanos - answeredNanos < FRESH_NANOS;
        return fresh && within() < amount ? Verdict.SPENT : Verdict.SHORT;
    }

    /** What this gateway has, and could have. */
    private long within() {
        return Math.max(0, free()) + Math.max(0, standing.left(budget.limit()));
    }

    private long free() {
        return granted - drawn - reserved;
    }

    /** Takes back what was reserved and draws what it came to. */
    synchronized void settle(long amount, long spent) {
        reserved -= amount;
        drawn += spent;
    }

    /** Takes back what was reserved: no attempt was made. */
    void release(long amount) {
        settle(amount, 0);
    }

    /** Completes, never failing, when the store has been asked again. */
    synchronized Future<Void> answer() {
        Promise<Void> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
    }

    /** What to do at the store. */
    sealed interface Step {
        /** To change the lease so; it is good from the moment of asking. */
        record Hold(LongUnaryOperator change) implements Step {}

        /** Everything that was drawn is in the ledger. */
        record Close() implements Step {}

        /** Nothing, now. */
        record Rest() implements Step {}
    }

    /**
     * What is to be done.
     *
     * @param current whether its period is that of now
     * @param leaving whether nothing more will be asked
     */
    synchronized Step step(boolean current, boolean leaving, long nowNanos) {
        measure(nowNanos);
        long unused = nowNanos - usedNanos;
        boolean over = leaving || !current;
        if (waiting.isEmpty() && (over || unused > IDLE_NANOS)) {
            return rest(over || unused > RETIRE_NANOS, nowNanos);
        }
        long needs = wanted;
        long most = wantedMost;
        wanted = 0;
        wantedMost = 0;
        long left = Math.max(0, standing.left(budget.limit()));
        long target = target(left);
        long free = free();
        if (needs > 0 || !waiting.isEmpty() || !answered || free < target / 2) {
            long want = Math.max(0, needs + target - Math.max(0, free)) + Math.max(0, -free);
            long whole = Math.max(0, most - free);
            return new Step.Hold(available -> Math.min(want, Math.max(whole, available / SHARE)));
        }
        if (free > 2 * target) {
            return giveBack(free - target);
        }
        long age = nowNanos - answeredNanos;
        boolean due = age > (unused < IDLE_NANOS || drawn != settled ? REFRESH_NANOS : RENEW_NANOS);
        return due ? new Step.Hold(available -> 0) : new Step.Rest();
    }

    private Step rest(boolean ends, long nowNanos) {
        if (free() > 0) {
            return giveBack(free());
        }
        if (ends && reserved == 0 && (!answered || drawn == settled)) {
            retired = true;
            return new Step.Close();
        }
        boolean due = (drawn != settled || failed) && nowNanos - answeredNanos > FRESH_NANOS;
        return due ? new Step.Hold(available -> 0) : new Step.Rest();
    }

    /** From now on it is not this gateway's, whether or not the store hears of it. */
    private Step giveBack(long amount) {
        granted -= amount;
        return new Step.Hold(available -> -amount);
    }

    private void measure(long nowNanos) {
        double seconds = (nowNanos - measuredNanos) / NANOS;
        if (seconds > 0) {
            double rate = (double) Math.max(0, drawn - measured) / seconds;
            perSecond += (rate - perSecond) * (1 - Math.exp(-seconds / MEMORY));
            measured = drawn;
            measuredNanos = nowNanos;
        }
    }

    /** How much should be free. */
    private long target(long left) {
        double ahead = Math.max(perSecond * AHEAD.toSeconds(), 2.0 * usual);
        long share = (left + Math.max(0, free())) / SHARE;
        return share < usual ? 0 : (long) Math.min((double) share, ahead);
    }

    /** The store has answered. */
    void answered(Holding holding, long askedNanos) {
        List<Promise<Void>> told;
        synchronized (this) {
            granted = holding.granted();
            settled = holding.settled();
            standing = holding.standing();
            answered = true;
            failed = false;
            answeredNanos = askedNanos;
            expiresNanos = askedNanos + LEASE_NANOS;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Promise::complete);
    }

    /** The store has not answered. */
    void failed(long nowNanos) {
        List<Promise<Void>> told;
        synchronized (this) {
            failed = true;
            failedNanos = nowNanos;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Promise::complete);
    }

    /** Nothing is left of it. */
    void retire() {
        List<Promise<Void>> told;
        synchronized (this) {
            retired = true;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Promise::complete);
    }

    /** The budget as it is configured now. */
    synchronized void configured(Budget now) {
        budget = now;
    }

    synchronized Budget budget() {
        return budget;
    }

    Instant starts() {
        return starts;
    }

    Lease lease() {
        return lease;
    }

    synchronized Standing standing() {
        return standing;
    }

    /** Whether the store has said anything yet. */
    synchronized boolean known() {
        return answered;
    }

    /** Whether a request was refused since too little was left. */
    synchronized boolean refused() {
        return refused;
    }

    /** Whether requests wait for the store. */
    synchronized boolean urgent() {
        return !waiting.isEmpty();
    }
}
