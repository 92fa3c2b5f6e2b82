package dev.penstock.gateway.pipeline;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The process-wide cap on bytes held for clients: request bodies, answers not yet committed, pieces a slow client has not
 * taken. New bodies are refused beyond it; streams are never refused but each may then hold no more than the piece it is
 * writing. Thread safe.
 */
public final class BufferBudget {
    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    /** A budget of so many bytes. */
    public BufferBudget(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("max-buffered: " + maxBytes + " bytes (expected: >= 1)");
        }
        this.maxBytes = maxBytes;
    }

    /** Takes so many bytes if they are free. */
    public boolean tryTake(long bytes) {
        if (held.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** Takes or, where negative, gives back; whether free or not. */
    public void adjust(long bytes) {
        held.addAndGet(bytes);
    }

    /** Whether nothing is free. */
    public boolean exhausted() {
        return held.get() >= maxBytes;
    }

    /** The most that may be held. */
    public long limit() {
        return maxBytes;
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
