package dev.penstock.worker.sidecar;

import io.vertx.core.buffer.Buffer;

/** Passes an answer on, piece by piece, and looks at it in passing. Runs on the exchange's context. */
sealed interface AnswerRelay permits BodyRelay, EventRelay {
    /** Takes the next piece. Returns false where the answer is one that cannot be passed on. */
    boolean take(Buffer piece);

    /** The server has ended its answer. Ends the client's, or returns false where it was not whole. */
    boolean end();
}
