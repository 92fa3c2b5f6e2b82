package dev.penstock.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the prompt tokens of a loop that takes prompts from a queue into a batch. Any thread reads and puts into the queue;
 * the rest is for the loop's own thread, as is said. Nothing here waits.
 */
public final class PromptCounters {
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong computed = new AtomicLong();
    /** Of those left, the ones in the batch. The loop's thread only. */
    private long inBatch;

    /** What has been counted so far. */
    public PromptTokens tokens() {
        return new PromptTokens(left.getOpaque(), computed.getOpaque());
    }

    /** Such a prompt waits in the queue from now on; before the loop can take it out. */
    public void queued(int tokens) {
        left.addAndGet(tokens);
    }

    /** Such a prompt left the queue, and is not computed. */
    public void dropped(int tokens) {
        left.addAndGet(-tokens);
    }

    /** Such a prompt left the queue for the batch. The loop's thread only. */
    public void joined(int tokens) {
        inBatch += tokens;
    }

    /** So many were computed. The loop's thread only. */
    public void computed(int tokens) {
        computed.addAndGet(tokens);
    }

    /** So many are now left in the batch. The loop's thread only. */
    public void leftInBatch(long tokens) {
        if (tokens != inBatch) {
            left.addAndGet(tokens - inBatch);
            inBatch = tokens;
        }
    }

    /** So many of the batch are no longer left. The loop's thread only. */
    public void leftBatch(int tokens) {
        leftInBatch(inBatch - tokens);
    }

    /** Nothing is left, since nothing more is computed or queued. The loop's thread only. */
    public void close() {
        inBatch = 0;
        left.set(0);
    }
}
