package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitMode;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of the cluster, as this gateway takes from it.
 *
 * <p>Where the cluster is split, and {@code m} of its {@code N} gateways are on this side, each token taken costs
 * {@code N/m} of the bucket: so both sides together admit what one bucket would. That is on the side where the bucket lies;
 * on the other, and where the cluster does not answer, this gateway goes on {@linkplain BucketAlone by itself}, and what it
 * admits so the bucket is charged later.
 *
 * <p>Thread safe.
 */
final class SharedBucket implements Limiter {
    /** A refusal is believed for so long without asking again: a flood beyond the limit is not one upon the cluster. */
    private static final long BELIEVED_NANOS = Duration.ofMillis(5).toNanos();

    /** A cluster that has not answered is asked again after so long. */
    private static final long AWAY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Limit limit;
    private final String name;
    private final Rate rate;
    private final SharedLimits buckets;
    private final TimeMeter clock;

    private final Object lock = new Object();
    // Guarded by `lock`.
    private final TokenLease lease = new TokenLease();
    private final KnownLevel level;
    private final BucketAlone alone;
    private final PartitionCost cost = new PartitionCost();
    private boolean fetching;
    private long refusedUntilNanos;
    private long refused = Long.MAX_VALUE;
    private long awayUntilNanos;
    /** Without the lock it may be read late, which costs a tick. */
    private volatile boolean holding;

    SharedBucket(Limit limit, SharedLimits buckets, TimeMeter clock) {
        this.limit = limit;
        this.name = limit.name();
        this.rate = Rate.of(limit.config());
        this.buckets = buckets;
        this.clock = clock;
        long now = clock.currentTimeNanos();
        this.level = new KnownLevel(rate, now);
        this.alone = new BucketAlone(rate);
        this.refusedUntilNanos = now;
        this.awayUntilNanos = now;
    }

    /** The bucket in its place that has other amounts, of which it has the share that this has of its own. */
    SharedBucket changed(Limit to) {
        SharedBucket next = new SharedBucket(to, buckets, clock);
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            if (level.known()) {
                next.level.set(level.at(now) / (double) rate.capacity() * (double) next.rate.capacity(), now);
            }
        }
        return next;
    }

    @Override
    public Limit limit() {
        return limit;
    }

    @Override
    public Future<ConsumptionProbe> take(long amount) {
        long ahead;
        long asked;
        long initial;
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            adapt();
            lease.demanded(now, amount);
            if (lease.take(amount)) {
                fetch(now);
                return Future.succeededFuture(ConsumptionProbe.consumed(leftAt(now), 0));
            }
            if (now - refusedUntilNanos < 0 && amount >= refused) {
                return Future.succeededFuture(refusal(now, amount));
            }
            if (now - awayUntilNanos < 0 || buckets.stale(name)) {
                return Future.succeededFuture(byItself(amount, now));
            }
            ahead = lease.all();
            asked = cost.of(amount - ahead);
            initial = initial(now);
        }
        return buckets.take(name, rate, asked, initial)
                .map(probe -> answered(probe, amount, ahead, asked))
                .recover(down -> Future.succeededFuture(away(amount, ahead, asked)));
    }

    /**
     * Under the lock. A bucket that is gone is either full, since nobody needed it for long, or was lost with the members
     * that had it: the level known here is right for both.
     */
    private long initial(long now) {
        return (long) Math.max(0, level.at(now));
    }

    /** Under the lock. */
    private ConsumptionProbe byItself(long amount, long now) {
        int known = Math.max(1, buckets.known());
        return alone.take(amount, known, buckets.gateways() < known, level.at(now), now);
    }

    /** Under the lock. Tokens are given back at the cost that they were taken at. */
    private void adapt() {
        if (cost.changes(buckets.gateways(), buckets.known())) {
            giveBackNow(lease.all());
            cost.set(buckets.gateways(), buckets.known());
        }
    }

    private ConsumptionProbe answered(ConsumptionProbe probe, long amount, long ahead, long asked) {
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            level.told(probe, now);
            long owed = alone.settle();
            if (owed > 0) {
                buckets.debit(name, rate, owed);
                level.changed((double) -owed, now);
            }
            if (probe.isConsumed()) {
                refused = Long.MAX_VALUE;
                fetch(now);
                return ConsumptionProbe.consumed(leftAt(now), 0);
            }
            cost.refused(amount - ahead, asked);
            lease.add(ahead);
            holding = true;
            refused = amount;
            refusedUntilNanos = now + Math.min(BELIEVED_NANOS, probe.getNanosToWaitForRefill());
            return refusal(now, amount);
        }
    }

    /** Under the lock. */
    private ConsumptionProbe refusal(long now, long amount) {
        return ConsumptionProbe.rejected(leftAt(now), waitAt(now, amount), waitAt(now, rate.capacity()));
    }

    private ConsumptionProbe away(long amount, long ahead, long asked) {
        synchronized (lock) {
            cost.refused(amount - ahead, asked);
            lease.add(ahead);
            holding = true;
            long now = clock.currentTimeNanos();
            awayUntilNanos = now + AWAY_NANOS;
            return byItself(amount, now);
        }
    }

    /** Under the lock. */
    private void fetch(long now) {
        if (fetching || rate.mode() == LimitMode.EXACT || buckets.stale(name)) {
            return;
        }
        long wanted = lease.wanted(now, (long) (level.at(now) / cost.each()), Math.max(1, buckets.gateways()));
        if (wanted > 0) {
            fetching = true;
            long asked = cost.of(wanted);
            buckets.take(name, rate, asked, initial(now))
                    .onComplete(ended -> fetched(wanted, asked, ended.succeeded() ? ended.result() : null));
        }
    }

    private void fetched(long wanted, long asked, @Nullable ConsumptionProbe probe) {
        synchronized (lock) {
            fetching = false;
            if (probe != null) {
                level.told(probe, clock.currentTimeNanos());
            }
            if (probe != null && probe.isConsumed()) {
                lease.add(wanted);
                holding = true;
            } else {
                cost.refused(wanted, asked);
            }
        }
    }

    @Override
    public void giveBack(long amount) {
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            if ((now - awayUntilNanos < 0 || buckets.stale(name)) && alone.giveBack(amount)) {
                return;
            }
            if (rate.mode() == LimitMode.EXACT) {
                giveBackNow(amount);
                return;
            }
            lease.add(amount);
            holding = true;
            giveBackNow(lease.excess(now, (long) (level.at(now) / cost.each()), Math.max(1, buckets.gateways())));
        }
    }

    @Override
    public void debit(long amount) {
        synchronized (lock) {
            long owed = amount - lease.upTo(amount);
            if (owed > 0) {
                long tokens = cost.of(owed);
                level.changed((double) -tokens, clock.currentTimeNanos());
                buckets.debit(name, rate, tokens).onFailure(down -> {
                    synchronized (lock) {
                        alone.owe(tokens);
                    }
                });
            }
        }
    }

    @Override
    public long left() {
        synchronized (lock) {
            return leftAt(clock.currentTimeNanos());
        }
    }

    private long leftAt(long now) {
        return Math.max(0, (long) (level.at(now) / cost.each()) + lease.held());
    }

    @Override
    public long waitNanos(long amount) {
        synchronized (lock) {
            return waitAt(clock.currentTimeNanos(), amount);
        }
    }

    private long waitAt(long now, long amount) {
        return rate.nanosFor((double) (amount - lease.held()) * cost.each() - level.at(now));
    }

    @Override
    public void tick() {
        if (holding) {
            synchronized (lock) {
                giveBackNow(lease.idle(clock.currentTimeNanos()));
                holding = lease.held() > 0;
            }
        }
    }

    @Override
    public Future<Void> close() {
        synchronized (lock) {
            return giveBackNow(lease.all());
        }
    }

    /** Under the lock. */
    private Future<Void> giveBackNow(long amount) {
        if (amount == 0) {
            return Future.succeededFuture();
        }
        long tokens = cost.back(amount);
        if (tokens == 0) {
            return Future.succeededFuture();
        }
        level.changed((double) tokens, clock.currentTimeNanos());
        return buckets.giveBack(name, rate, tokens);
    }
}
