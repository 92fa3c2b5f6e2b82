package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;

/** One limit, as this gateway takes from it. Thread safe. */
interface Limiter {
    /** What it enforces. */
    Limit limit();

    /** Takes all of it or nothing; at once where that can be told here. Never fails. */
    Future<ConsumptionProbe> take(long amount);

    /** Puts back what was taken and not used. */
    void giveBack(long amount);

    /** Takes what was used and had not been taken, whether it is there or not. */
    void debit(long amount);

    /** How much is left, as far as this gateway knows; at least 0. */
    long left();

    /** How long until it can give so much, if nobody else takes of it, in nanoseconds; 0 where it can now. */
    long waitNanos(long amount);

    /** Gives to others what is not needed here. To be called twice a second. */
    default void tick() {}

    /** Gives everything to others. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
