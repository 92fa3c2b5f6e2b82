package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What may run at once at a gateway by itself. */
final class LocalSlots implements Limiter {
    /** Nobody knows when a place comes free; so soon is asked again. */
    static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Limit limit;
    private final AtomicLong taken;

    private LocalSlots(Limit limit, AtomicLong taken) {
        this.limit = limit;
        this.taken = taken;
    }

    /** One that is free. */
    static LocalSlots free(Limit limit) {
        return new LocalSlots(limit, new AtomicLong());
    }

    /** The same places, of which there are more or fewer. */
    LocalSlots changed(Limit to) {
        return new LocalSlots(to, taken);
    }

    @Override
    public Limit limit() {
        return limit;
    }

    @Override
    public Future<ConsumptionProbe> take(long amount) {
        long before = taken.getAndUpdate(now -> now + amount > limit.capacity() ? now : now + amount);
        return Future.succeededFuture(
                before + amount > limit.capacity()
                        ? ConsumptionProbe.rejected(left(), RETRY_NANOS, RETRY_NANOS)
                        : ConsumptionProbe.consumed(left(), 0));
    }

    @Override
    public void giveBack(long amount) {
        taken.addAndGet(-amount);
    }

    @Override
    public void debit(long amount) {
        taken.addAndGet(amount);
    }

    @Override
    public long left() {
        return Math.max(0, limit.capacity() - taken.get());
    }

    @Override
    public long waitNanos(long amount) {
        return left() >= amount ? 0 : RETRY_NANOS;
    }
}
