package dev.penstock.gateway.cache;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;

/**
 * Port: the answers of all gateways of a cluster, as sealed bytes by name. Nothing blocks, and nothing fails: without a
 * cluster, or where it does not answer, a gateway has its own memory alone.
 */
public interface SharedAnswers {
    /** Those of a gateway that is alone. */
    SharedAnswers NONE = new SharedAnswers() {
        @Override
        public Future<Claim> claim(String name, Duration lease) {
            return Future.succeededFuture(new Claim.Ours());
        }

        @Override
        public void put(String name, byte[] sealed, Duration ttl) {
            // There is nobody to share it with.
        }

        @Override
        public void release(String name) {
            // Nobody waits.
        }

        @Override
        public void remove(Collection<String> names) {
            // There are none.
        }

        @Override
        public void purge(Purge purge) {
            // Nobody else has any.
        }

        @Override
        public void listen(Listener listener) {
            // Nothing comes.
        }
    };

    /** Who has a request answered that several gateways have at once. */
    sealed interface Claim {
        /** This gateway, which ends it by {@link #put} or {@link #release}; with the lease it ends by itself. */
        record Ours() implements Claim {}

        /**
         * Another.
         *
         * @param over completes when it has put the answer, has released it, is gone, or its lease is over; never fails
         */
        record Theirs(Future<Void> over) implements Claim {}

        /** Nobody: it is answered. */
        @SuppressWarnings("ArrayRecordComponent") // nobody compares it
        record Known(byte[] sealed) implements Claim {}
    }

    /** Hears what other gateways do, on threads of the cluster's: does what takes long elsewhere. */
    interface Listener {
        /** There is an answer of that name; also told of all there are when this gateway joins. Completes when it is found here, or will not be. */
        Future<Void> put(String name, byte[] sealed);

        /** There is no more. */
        void removed(String name);

        /**
         * Nobody is to serve those any more; also told of all that hold when this gateway joins.
         *
         * @param justNow whether it is said at this moment
         */
        void purged(Purge purge, boolean justNow);
    }

    /** Takes it on to have the request of that name answered. */
    Future<Claim> claim(String name, Duration lease);

    /** Puts an answer where all find it. Nobody changes the bytes. */
    void put(String name, byte[] sealed, Duration ttl);

    /** Gives a claim up. */
    void release(String name);

    /** Takes answers out. */
    void remove(Collection<String> names);

    /** Has nobody serve those any more. */
    void purge(Purge purge);

    /** Who hears of the others. */
    void listen(Listener listener);
}
