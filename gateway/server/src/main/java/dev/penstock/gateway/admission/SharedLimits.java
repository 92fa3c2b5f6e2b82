package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.time.Duration;

/** Port: limits that all gateways of a cluster take from. */
public interface SharedLimits {
    /**
     * How many gateways take from them here; 0 where there are no others to share with, and 1 where there may be. Where the
     * cluster is split, those on this side.
     */
    int gateways();

    /** How many gateways there are, those included that are out of sight and not known to be dead: at least {@link #gateways}. */
    int known();

    /** Whether what this side has of the bucket is a copy: the member that had it is out of sight and may go on. */
    default boolean stale(String bucket) {
        return false;
    }

    /**
     * Takes tokens, all or none. Fails where the cluster does not answer in time: they may have been taken.
     *
     * @param bucket its name
     * @param rate what it is, where it is new
     * @param tokens at least 1
     * @param initial what it holds, where it is new
     */
    Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens, long initial);

    /** Gives back tokens that were not used. */
    Future<Void> giveBack(String bucket, Rate rate, long tokens);

    /** Takes tokens that were used, whether they are there or not. */
    Future<Void> debit(String bucket, Rate rate, long tokens);

    /**
     * Holds so many places of a limit from now on, for that long, or as many as others leave, and at least as many as are
     * used. Fails where the cluster does not answer in time: then either may hold.
     *
     * @param limit its name
     * @param most how many there are
     */
    Future<Held> claim(String limit, long most, long used, long wanted, Duration lease);

    /**
     * Places of a limit.
     *
     * @param held by this gateway
     * @param left that nobody holds
     */
    record Held(long held, long left) {}

    /** No cluster. */
    SharedLimits NONE = new SharedLimits() {
        @Override
        public int gateways() {
            return 0;
        }

        @Override
        public int known() {
            return 0;
        }

        @Override
        public Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens, long initial) {
            return Future.failedFuture("no cluster");
        }

        @Override
        public Future<Void> giveBack(String bucket, Rate rate, long tokens) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> debit(String bucket, Rate rate, long tokens) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Held> claim(String limit, long most, long used, long wanted, Duration lease) {
            return Future.failedFuture("no cluster");
        }
    };
}
