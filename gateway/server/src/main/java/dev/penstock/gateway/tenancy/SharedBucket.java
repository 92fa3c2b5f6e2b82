package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.LimitMode;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * One bucket of the cluster, as this gateway takes from it. Where the cluster does not answer, it counts by itself, with a
 * bucket that holds and refills its share: all gateways that do so together admit no more than the one bucket would, but for
 * what theirs hold at first.
 *
 * <p>Thread safe.
 */
final class SharedBucket {
    /** A refusal is believed for so long without asking again: a flood beyond the limit is not one upon the cluster. */
    private static final long BELIEVED_NANOS = Duration.ofMillis(5).toNanos();

    private final String name;
    private final Rate rate;
    private final SharedBuckets buckets;
    private final TimeMeter clock;

    private final Object lock = new Object();
    // Guarded by `lock`.
    private final TokenLease lease = new TokenLease();
    private boolean fetching;
    private long left;
    private long toReset;
    private long refusedUntilNanos;
    private ConsumptionProbe refusal = ConsumptionProbe.rejected(0, 0, 0);
    private Bucket alone;
    private int aloneAmong;

    SharedBucket(String name, Rate rate, SharedBuckets buckets, TimeMeter clock) {
        this.name = name;
        this.rate = rate;
        this.buckets = buckets;
        this.clock = clock;
        this.refusedUntilNanos = clock.currentTimeNanos();
        this.aloneAmong = Math.max(1, buckets.gateways());
        this.alone = share(aloneAmong);
    }

    Rate rate() {
        return rate;
    }

    /** Takes a token for a request. Never fails. */
    Future<ConsumptionProbe> take() {
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            lease.demanded(now);
            if (rate.mode() == LimitMode.LEASED && lease.take()) {
                fetch(now);
                return Future.succeededFuture(ConsumptionProbe.consumed(left + lease.held(), toReset));
            }
            if (now - refusedUntilNanos < 0) {
                return Future.succeededFuture(refusal);
            }
        }
        return buckets.take(name, rate, 1).map(this::answered).recover(down -> Future.succeededFuture(byItself()));
    }

    private ConsumptionProbe answered(ConsumptionProbe probe) {
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            left = probe.getRemainingTokens();
            toReset = probe.getNanosToWaitForReset();
            if (probe.isConsumed()) {
                fetch(now);
            } else {
                refusal = probe;
                refusedUntilNanos = now + Math.min(BELIEVED_NANOS, probe.getNanosToWaitForRefill());
            }
            return probe;
        }
    }

    /** Under the lock. */
    private void fetch(long now) {
        if (fetching || rate.mode() == LimitMode.EXACT) {
            return;
        }
        long wanted = lease.wanted(now, left, Math.max(1, buckets.gateways()));
        if (wanted > 0) {
            fetching = true;
            buckets.take(name, rate, wanted).onComplete(ended -> {
                synchronized (lock) {
                    fetching = false;
                    if (ended.succeeded()) {
                        left = ended.result().getRemainingTokens();
                        if (ended.result().isConsumed()) {
                            lease.add(wanted);
                        }
                    }
                }
            });
        }
    }

    private ConsumptionProbe byItself() {
        synchronized (lock) {
            int among = Math.max(1, buckets.gateways());
            if (among != aloneAmong) {
                aloneAmong = among;
                alone = share(among);
            }
            return alone.tryConsumeAndReturnRemaining(1);
        }
    }

    private Bucket share(int among) {
        long tokens = Math.max(1, rate.requests() / among);
        return Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(tokens)
                        .refillGreedy(tokens, rate.per())
                        .build())
                .withCustomTimePrecision(clock)
                .build();
    }

    /** Gives back what nobody has asked for. To be called now and then. */
    void tick() {
        giveBack(idle());
    }

    private long idle() {
        synchronized (lock) {
            return lease.idle(clock.currentTimeNanos());
        }
    }

    /** Gives back everything. */
    Future<Void> close() {
        long all;
        synchronized (lock) {
            all = lease.all();
        }
        return giveBack(all);
    }

    private Future<Void> giveBack(long tokens) {
        return tokens == 0 ? Future.succeededFuture() : buckets.giveBack(name, rate, tokens);
    }
}
