package dev.penstock.gateway.admission;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.vertx.core.Future;

/** The token bucket of a gateway by itself. */
final class LocalBucket implements Limiter {
    private final Limit limit;
    private final Bucket bucket;

    private LocalBucket(Limit limit, Bucket bucket) {
        this.limit = limit;
        this.bucket = bucket;
    }

    /** A full one. */
    static LocalBucket full(Limit limit, TimeMeter clock) {
        Rate rate = Rate.of(limit.config());
        return new LocalBucket(
                limit,
                Bucket.builder()
                        .addLimit(rate.bandwidth(rate.capacity()))
                        .withCustomTimePrecision(clock)
                        .build());
    }

    /** The same bucket with other amounts, of which it has the share that it had of its own. */
    LocalBucket changed(Limit to) {
        Rate rate = Rate.of(to.config());
        bucket.replaceConfiguration(
                BucketConfiguration.builder()
                        .addLimit(rate.bandwidth(rate.capacity()))
                        .build(),
                TokensInheritanceStrategy.PROPORTIONALLY);
        return new LocalBucket(to, bucket);
    }

    @Override
    public Limit limit() {
        return limit;
    }

    @Override
    public Future<ConsumptionProbe> take(long amount) {
        return Future.succeededFuture(bucket.tryConsumeAndReturnRemaining(amount));
    }

    @Override
    public void giveBack(long amount) {
        bucket.addTokens(amount);
    }

    @Override
    public void debit(long amount) {
        bucket.consumeIgnoringRateLimits(amount);
    }

    @Override
    public long left() {
        return Math.max(0, bucket.getAvailableTokens());
    }

    @Override
    public long waitNanos(long amount) {
        return bucket.estimateAbilityToConsume(amount).getNanosToWaitForRefill();
    }
}
