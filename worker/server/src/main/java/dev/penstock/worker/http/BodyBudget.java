package dev.penstock.worker.http;

import dev.penstock.runtime.config.ByteSize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the bodies of all requests may take together. Bodies are read whole before anything is known of them, so
 * the bound on one alone is no bound on what a burst of them takes. Thread safe.
 */
final class BodyBudget {
    private final long limitBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    /** What one body takes. It is given back once all who hold it have let go; at first one does. Thread safe. */
    static final class Share {
        private final BodyBudget budget;
        private long bytes;
        private int holders = 1;

        private Share(BodyBudget budget, long bytes) {
            this.budget = budget;
            this.bytes = bytes;
        }

        /**
         * The body comes to this many bytes.
         *
         * @return whether there was room for them; never once nobody holds it, since nobody would give them back
         */
        synchronized boolean growTo(long totalBytes) {
            if (holders == 0) {
                return false;
            }
            long more = totalBytes - bytes;
            if (more <= 0) {
                return true;
            }
            if (!budget.reserve(more)) {
                return false;
            }
            bytes = totalBytes;
            return true;
        }

        /** One more holds it. */
        synchronized void retain() {
            holders++;
        }

        /** One fewer holds it. */
        synchronized void release() {
            holders--;
            if (holders == 0) {
                budget.takenBytes.addAndGet(-bytes);
                bytes = 0;
            }
        }
    }

    /** A budget of which nothing is taken. */
    BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Takes what the body of a request is declared to have; where nothing is declared, its share grows as it comes.
     *
     * @param limit the most bytes of one body: what is declared beyond it is refused, not read
     * @return empty where less than that is left
     */
    Optional<Share> take(HttpServerRequest request, ByteSize limit) {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return take(length == null ? 0 : Math.clamp(Long.parseLong(length), 0, limit.bytes()));
        } catch (NumberFormatException notOne) {
            return take(limit.bytes());
        }
    }

    /** Takes this many bytes; empty where less is left. */
    Optional<Share> take(long bytes) {
        return reserve(bytes) ? Optional.of(new Share(this, bytes)) : Optional.empty();
    }

    private boolean reserve(long bytes) {
        boolean room = takenBytes.addAndGet(bytes) <= limitBytes;
        if (!room) {
            takenBytes.addAndGet(-bytes);
        }
        return room;
    }

    /** How many bytes are taken now. */
    long takenBytes() {
        return takenBytes.get();
    }
}
