package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;

/**
 * What one gateway goes by while it does not reach a bucket of the cluster. It begins with its part of what the bucket was
 * last known to hold, and with so little that all gateways which go by themselves at once begin with no more than
 * {@link #MOST_AT_FIRST} of the whole: others may have emptied it unseen. It refills, at its part of the rate, once the
 * others are known to be out of sight: until then they may have the whole rate. What it admits is owed to the bucket.
 *
 * <p>Not thread safe.
 */
final class BucketAlone {
    static final double MOST_AT_FIRST = 0.05;

    private final Rate rate;
    private boolean inUse;
    private int among = 1;
    private double tokens;
    private long atNanos;
    private boolean refilling;
    private long owed;

    BucketAlone(Rate rate) {
        this.rate = rate;
    }

    /**
     * Takes tokens, all or none.
     *
     * @param gateways how many there are, at least 1
     * @param apart whether some are known to be out of sight
     * @param level what the bucket may hold by what was last heard of it
     */
    ConsumptionProbe take(long amount, int gateways, boolean apart, double level, long nowNanos) {
        if (inUse) {
            refill(nowNanos);
        } else {
            tokens = initial(gateways, level);
            inUse = true;
        }
        atNanos = nowNanos;
        among = gateways;
        refilling = apart || gateways == 1;
        if (tokens < (double) amount) {
            long wait = rate.nanosFor(((double) amount - tokens) * among);
            return ConsumptionProbe.rejected((long) tokens, wait, rate.nanosFor((double) rate.capacity()));
        }
        tokens -= (double) amount;
        owed += amount;
        return ConsumptionProbe.consumed((long) tokens, 0);
    }

    private void refill(long nowNanos) {
        double part = rate.perNano() / among;
        double gained = refilling ? (double) Math.max(0, nowNanos - atNanos) * part : 0;
        tokens = Math.max(Math.min(tokens, full()), Math.min(full(), tokens + gained));
    }

    private double full() {
        return (double) rate.capacity() / among;
    }

    private double initial(int gateways, double level) {
        double part = level / gateways;
        return Math.max(
                0, gateways == 1 ? level : Math.min(part, (double) rate.capacity() * MOST_AT_FIRST / (gateways - 1)));
    }

    /** Puts tokens back; false where it is not in use. */
    boolean giveBack(long amount) {
        if (!inUse) {
            return false;
        }
        tokens += (double) amount;
        owed -= amount;
        return true;
    }

    void owe(long amount) {
        owed += amount;
    }

    /** What it owes; the bucket is within reach again, so it ends, and owes nothing from here on. */
    long settle() {
        long all = owed;
        owed = 0;
        inUse = false;
        return Math.max(0, all);
    }
}
