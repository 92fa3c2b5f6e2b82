package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Prompt tokens by slot: how many each worker has still to compute, and how many it computes in a second. Workers that
 * report them are believed; what this gateway has sent since a report is added. Of the others, what is computed is counted
 * here: our own prompts as their first tokens come, and with each of ours as many as others have requests there.
 *
 * <p>The rate is a moving average: {@code rate += (1 - e^(-dt / 60 s)) * (tokens computed / dt - rate)}.
 */
final class PromptWork {
    private static final long UNKNOWN = -1;
    private static final double RATE_NANOS = 60e9;
    private static final long LEAST_NANOS = 200_000_000L;
    /** A report older than that is not gone by: whoever is sent nothing answers nothing, and would look busy for ever. */
    private static final long KEPT_NANOS = 5_000_000_000L;

    private final AtomicLongArray reported = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicLongArray sentSince = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicLongArray done = new AtomicLongArray(Directory.MAX_WORKERS);
    /** What is written when time goes by, by one thread at a time; the bits of doubles. */
    private final AtomicLongArray rate = new AtomicLongArray(Directory.MAX_WORKERS);

    private final AtomicLongArray doneBefore = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicLongArray reportedNanos = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicLongArray sinceNanos = new AtomicLongArray(Directory.MAX_WORKERS);

    PromptWork() {
        for (int slot = 0; slot < Directory.MAX_WORKERS; slot++) {
            reported.setPlain(slot, UNKNOWN);
        }
    }

    /** Tokens still to be computed; negative where the worker does not report them. */
    double ahead(int slot) {
        long told = reported.getOpaque(slot);
        return told < 0 ? UNKNOWN : (double) told + sentSince.getOpaque(slot);
    }

    /** Tokens computed in a second, on average over about the last minute. */
    double perSecond(int slot) {
        return Double.longBitsToDouble(rate.getOpaque(slot));
    }

    /** Tokens computed so far, from some beginning. */
    long done(int slot) {
        return done.get(slot);
    }

    void sent(int slot, long tokens) {
        sentSince.addAndGet(slot, tokens);
    }

    /** So many were computed there, as far as can be told from here; not taken of a worker that tells itself. */
    void computed(int slot, long tokens) {
        if (reported.get(slot) < 0) {
            done.addAndGet(slot, tokens);
        }
    }

    /** A worker tells what it has to compute and what it has computed. */
    void report(int slot, long left, long computed, long nowNanos) {
        if (reported.get(slot) < 0 || computed < done.get(slot)) {
            // Another way of counting, or a worker that began anew: what was done before is nobody's work of this
            // minute.
            doneBefore.set(slot, computed);
        }
        reportedNanos.set(slot, nowNanos);
        sentSince.set(slot, 0);
        reported.set(slot, left);
        done.set(slot, computed);
    }

    void forgetReport(int slot) {
        reported.set(slot, UNKNOWN);
    }

    void reset(int slot, long nowNanos) {
        forgetReport(slot);
        sentSince.set(slot, 0);
        rate.set(slot, 0);
        doneBefore.set(slot, done.get(slot));
        sinceNanos.set(slot, nowNanos);
    }

    void tick(int slot, long nowNanos) {
        if (reported.get(slot) >= 0 && nowNanos - reportedNanos.get(slot) > KEPT_NANOS) {
            forgetReport(slot);
        }
        long nanos = nowNanos - sinceNanos.get(slot);
        if (nanos < LEAST_NANOS) {
            return;
        }
        long now = done.get(slot);
        double seen = Math.max(0, now - doneBefore.get(slot)) * 1e9 / nanos;
        double before = perSecond(slot);
        double share = 1 - Math.exp(-nanos / RATE_NANOS);
        rate.set(slot, Double.doubleToRawLongBits(before + share * (seen - before)));
        doneBefore.set(slot, now);
        sinceNanos.set(slot, nowNanos);
    }
}
