package dev.penstock.gateway.upstream;

import io.vertx.core.buffer.Buffer;

/** Judges a worker's 200 as it comes and passes it on. A failure it throws is the worker's. */
sealed interface AnswerRelay permits JsonRelay, StreamRelay {
    /** Takes a piece. Returns whether the answer is whole: what may still come does not matter. */
    boolean take(Buffer piece) throws AttemptFailedException;

    /** The body has ended as HTTP says it must. The answer is whole, or this throws. */
    void end() throws AttemptFailedException;

    /** Gives back what is held, whatever the end. */
    void release();
}
