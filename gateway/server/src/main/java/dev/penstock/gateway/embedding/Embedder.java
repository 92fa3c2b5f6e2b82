package dev.penstock.gateway.embedding;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * Port: makes vectors of texts, so that those of like meaning lie near one another. A text may be private, and no permit
 * covers its going anywhere: whoever has one of which that may be so asks {@link #leavesProcess} first.
 */
public interface Embedder extends AutoCloseable {
    /** Whether texts go to another process, wherever that is. Always the same. */
    boolean leavesProcess();

    /**
     * The vector of a text, of length 1. From any thread; never blocks, and does its work elsewhere. Completes on a thread
     * of its own, which is not to be held up: whoever needs to be on an event loop hops.
     *
     * @param text not blank; what is beyond {@link EmbeddedText#MAX_CHARS} is left out
     * @param within how long an answer is wanted for; what comes later is dropped, undone where it can be
     * @return fails with an {@link EmbeddingMissedException} where there is no vector
     */
    Future<float[]> embed(String text, Duration within);

    /** Ends it; what is under way fails. Blocks until its threads have ended, where it has any. */
    @Override
    void close();
}
