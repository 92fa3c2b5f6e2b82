package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * Port: the client's side of one request. All calls on the request's event loop; calls after the end, or after the client
 * has gone, do nothing.
 *
 * <p>States: open, committed (the head is sent), ended or reset.
 */
public interface ClientExchange {
    /** Sends a whole answer and ends. */
    void answer(int status, Map<String, String> headers, Buffer body);

    /** Sends status and headers; the body follows in pieces. */
    void commit(int status, Map<String, String> headers);

    /** Whether the head is sent: errors can no longer be statuses. */
    boolean committed();

    /** Writes a piece. */
    void write(Buffer piece);

    /** Bytes written here that the network has not yet taken. */
    long unwrittenBytes();

    /** Called each time the network has taken a piece. Replaces the one before. */
    void onWritten(Runnable progress);

    /** Ends the body properly. */
    void end();

    /**
     * Breaks the body off, so that the client cannot take what it has for a whole answer: the pieces already written still
     * go out, then the connection is closed without the body's end.
     */
    void breakOff();

    /** Closes the connection at once. */
    void reset();

    /**
     * Completes once, on the request's event loop: true where the client left early or was {@linkplain #reset reset}, false
     * where the whole answer is out or was {@linkplain #breakOff broken off}.
     */
    Future<Boolean> closed();
}
