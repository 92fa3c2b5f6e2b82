package dev.penstock.gateway.admission;

import java.time.Duration;

/**
 * Tokens of a shared bucket that one gateway has taken ahead. They are its own, so that taking them here admits no more than
 * the bucket gave; what bounds them is how few it may leave the others: at most what it needs for {@link #AHEAD} at its
 * present rate, and at most its share of half of what is left. So while there is plenty most requests are admitted here, and
 * as the bucket runs dry leases shrink to nothing and each request asks the cluster. What was not asked for during
 * {@link #IDLE} goes back.
 *
 * <p>Not thread safe.
 */
final class TokenLease {
    /** How far ahead tokens are taken. */
    static final Duration AHEAD = Duration.ofMillis(200);

    /** How long unused tokens are kept. */
    static final Duration IDLE = Duration.ofSeconds(1);

    private static final double NANOS = 1e9;
    /** Over which the rate of demand is averaged, in seconds. */
    private static final double MEMORY = 1;

    private long held;
    private double perSecond;
    private long demandedNanos;
    private boolean demandedBefore;

    /** Tokens that are here. */
    long held() {
        return held;
    }

    /** A request comes that needs so many: what it is to the rate. */
    void demanded(long nowNanos, long tokens) {
        perSecond = rate(nowNanos) + (double) tokens / MEMORY;
        demandedNanos = nowNanos;
        demandedBefore = true;
    }

    private double rate(long nowNanos) {
        return demandedBefore
                ? perSecond * Math.exp(-(double) Math.max(0, nowNanos - demandedNanos) / NANOS / MEMORY)
                : 0;
    }

    /** Takes tokens, if all of them are here. */
    boolean take(long tokens) {
        if (held < tokens) {
            return false;
        }
        held -= tokens;
        return true;
    }

    /**
     * How many to take ahead now; 0 where enough are here, or a handful is not worth it.
     *
     * @param left what the bucket has
     * @param gateways how many take from it, at least 1
     */
    long wanted(long nowNanos, long left, int gateways) {
        long target = target(nowNanos, left, gateways);
        return held * 2 > target || target < 2 ? 0 : target - held;
    }

    private long target(long nowNanos, long left, int gateways) {
        long needed = (long) Math.ceil(rate(nowNanos) * (double) AHEAD.toNanos() / NANOS);
        return Math.max(0, Math.min(needed, left / (2L * gateways)));
    }

    void add(long tokens) {
        held += tokens;
    }

    /** Takes out what is more than twice as much as is worth having here. */
    long excess(long nowNanos, long left, int gateways) {
        long target = target(nowNanos, left, gateways);
        if (held <= 2 * target) {
            return 0;
        }
        long excess = held - target;
        held = target;
        return excess;
    }

    /** Takes out what nobody has asked for. */
    long idle(long nowNanos) {
        if (held == 0 || (demandedBefore && nowNanos - demandedNanos < IDLE.toNanos())) {
            return 0;
        }
        return all();
    }

    /** Takes out everything, or so many as are here. */
    long upTo(long tokens) {
        long taken = Math.min(held, tokens);
        held -= taken;
        return taken;
    }

    /** Takes out everything. */
    long all() {
        return upTo(held);
    }
}
