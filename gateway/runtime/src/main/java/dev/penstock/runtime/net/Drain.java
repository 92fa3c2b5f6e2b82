package dev.penstock.runtime.net;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a process takes new work, and how much is in flight. Thread safe.
 *
 * <p>It is accepting, then leaving while it still accepts, then draining, for good. Work that began before goes on;
 * {@link #drain} completes when none is left or the deadline passes.
 */
public final class Drain {
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Promise<Boolean> drained = Promise.promise();

    /** One piece of work in flight; closing it twice counts once. */
    public static final class Ticket implements AutoCloseable {
        private final Drain drain;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Ticket(Drain drain) {
            this.drain = drain;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                drain.end();
            }
        }
    }

    /** Counts a piece of work in, also while draining: whoever accepts work asks {@link #accepting} first. */
    public Ticket enter() {
        inFlight.incrementAndGet();
        return new Ticket(this);
    }

    private void end() {
        if (inFlight.decrementAndGet() == 0 && draining.get()) {
            drained.tryComplete(true);
        }
    }

    /** Whether new work is taken. */
    public boolean accepting() {
        return !draining.get();
    }

    /** Takes work still, for the sake of who has not heard yet that it had better go elsewhere. */
    public void leave() {
        leaving.set(true);
    }

    /** Whether whoever brings work is to go elsewhere with the next: it is soon, or already, not taken any more. */
    public boolean leaving() {
        return leaving.get();
    }

    /** Pieces of work in flight. */
    public long inFlight() {
        return inFlight.get();
    }

    /**
     * Takes no more work and waits for what is in flight.
     *
     * @param deadline how long to wait at most
     * @return true when nothing is left in flight, false when the deadline passed first; never fails
     */
    public Future<Boolean> drain(Vertx vertx, Duration deadline) {
        leaving.set(true);
        draining.set(true);
        if (inFlight.get() == 0) {
            drained.tryComplete(true);
        }
        long timer = vertx.setTimer(Math.max(1, deadline.toMillis()), fired -> drained.tryComplete(false));
        return drained.future().onComplete(done -> vertx.cancelTimer(timer));
    }
}
