package dev.penstock.gateway.tenancy;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;

/** Port: buckets that all gateways of a cluster take from. */
public interface SharedBuckets {
    /** How many gateways take from them; 0 where there are no others to share with, and 1 where there may be. */
    int gateways();

    /**
     * Takes tokens, all or none. Fails where the cluster does not answer in time: they may have been taken.
     *
     * @param bucket its name
     * @param rate what it holds where it is new
     * @param tokens at least 1
     */
    Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens);

    /** Gives back tokens that were not used. */
    Future<Void> giveBack(String bucket, Rate rate, long tokens);

    /** No cluster. */
    SharedBuckets NONE = new SharedBuckets() {
        @Override
        public int gateways() {
            return 0;
        }

        @Override
        public Future<ConsumptionProbe> take(String bucket, Rate rate, long tokens) {
            return Future.failedFuture("no cluster");
        }

        @Override
        public Future<Void> giveBack(String bucket, Rate rate, long tokens) {
            return Future.succeededFuture();
        }
    };
}
