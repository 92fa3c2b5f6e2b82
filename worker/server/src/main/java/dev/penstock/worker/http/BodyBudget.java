package dev.penstock.worker.http;

import dev.penstock.runtime.config.ByteSize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
        private final AtomicLong bytes;
        private final AtomicInteger holders = new AtomicInteger(1);

        private Share(BodyBudget budget, long bytes) {
            this.budget = budget;
            this.bytes = new AtomicLong(bytes);
        }

        /** The body is read and takes no more than this: gives back the rest of what it might have taken. */
        void shrink(long actualBytes) {
            long given = bytes.getAndUpdate(before -> Math.min(before, actualBytes));
            budget.takenBytes.addAndGet(Math.min(0, actualBytes - given));
        }

        /** One more holds it. */
        void retain() {
            holders.incrementAndGet();
        }

        /** One fewer holds it. */
        void release() {
            if (holders.decrementAndGet() == 0) {
                budget.takenBytes.addAndGet(-bytes.getAndSet(0));
            }
        }
    }

    /** A budget of which nothing is taken. */
    BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Takes what the body of a request is declared to have, or all that it may have where nothing is declared.
     *
     * @param limit the most bytes of one body: what is declared beyond it is refused, not read
     * @return empty where less than that is left
     */
    Optional<Share> take(HttpServerRequest request, ByteSize limit) {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return take(length == null ? limit.bytes() : Math.clamp(Long.parseLong(length), 0, limit.bytes()));
        } catch (NumberFormatException notOne) {
            return take(limit.bytes());
        }
    }

    /** Takes this many bytes; empty where less is left. */
    Optional<Share> take(long bytes) {
        if (takenBytes.addAndGet(bytes) > limitBytes) {
            takenBytes.addAndGet(-bytes);
            return Optional.empty();
        }
        return Optional.of(new Share(this, bytes));
    }

    /** How many bytes are taken now. */
    long takenBytes() {
        return takenBytes.get();
    }
}
