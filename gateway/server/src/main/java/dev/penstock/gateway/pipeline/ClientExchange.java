package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * Port: the client's side of one request, with back-pressure. All calls on the request's event loop.
 *
 * <p>States: open, committed (the head is sent), ended or reset.
 */
public interface ClientExchange {
    /** Sends status and headers; the body follows in pieces. */
    void commit(int status, Map<String, String> headers);

    /** Whether the head is sent: errors can no longer be statuses. */
    boolean committed();

    /** Writes a piece. */
    void write(Buffer piece);

    /** Whether so many bytes are unwritten that the source must pause. */
    boolean writeQueueFull();

    /** Called each time the queue has drained. */
    void onDrain(Runnable resume);

    /** Ends the body properly. */
    void end();

    /** Breaks the connection so that the client cannot take what it has for a whole answer. */
    void reset();

    /** Completes when the client has gone or the answer has ended, whichever is first: true where the client left early. */
    Future<Boolean> closed();
}
