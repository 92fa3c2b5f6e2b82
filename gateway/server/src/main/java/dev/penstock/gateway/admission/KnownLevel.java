package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;

/**
 * What a shared bucket held when it was last heard of, and hence about holds now: others take of it unseen. May be below 0.
 *
 * <p>Not thread safe.
 */
final class KnownLevel {
    private final Rate rate;
    private double level;
    private long atNanos;
    private boolean known;

    /** Nothing was heard of it: taken for full. */
    KnownLevel(Rate rate, long nowNanos) {
        this.rate = rate;
        this.level = (double) rate.capacity();
        this.atNanos = nowNanos;
    }

    /** Whether the bucket was ever heard of. */
    boolean known() {
        return known;
    }

    /** It is known to hold so much. */
    void set(double tokens, long nowNanos) {
        level = tokens;
        atNanos = nowNanos;
        known = true;
    }

    /** The bucket answers. That it will be full in so long tells more than its whole tokens. */
    void told(ConsumptionProbe probe, long nowNanos) {
        set((double) rate.capacity() - (double) probe.getNanosToWaitForReset() * rate.perNano(), nowNanos);
    }

    /** So many were put into it, or taken out. */
    void changed(double by, long nowNanos) {
        if (known) {
            set(at(nowNanos) + by, nowNanos);
        }
    }

    double at(long nowNanos) {
        return Math.min((double) rate.capacity(), level + (double) Math.max(0, nowNanos - atNanos) * rate.perNano());
    }
}
