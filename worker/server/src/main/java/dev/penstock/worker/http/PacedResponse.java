package dev.penstock.worker.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * A response that knows how many bytes its reader has yet to take. Vert.x 5's own mark ({@code writeQueueFull}) counts
 * messages, whatever their size, once the socket is full; bounds on memory need bytes. Used on the response's context.
 */
public final class PacedResponse {
    private final HttpServerResponse response;
    private final int bytesLimit;
    private final Runnable onRoom;
    private long waitingBytes;
    private boolean full;

    /**
     * A response that is full from {@code bytesLimit} on, until half of that has been taken.
     *
     * @param onRoom called each time that it is no longer full
     */
    public PacedResponse(HttpServerResponse response, int bytesLimit, Runnable onRoom) {
        this.response = response;
        this.bytesLimit = bytesLimit;
        this.onRoom = onRoom;
    }

    /** Writes, however full it is: who writes asks {@link #full} first. */
    public void write(Buffer buffer) {
        int length = buffer.length();
        waitingBytes += length;
        full |= waitingBytes >= bytesLimit;
        response.write(buffer).onComplete(written -> taken(length));
    }

    private void taken(int length) {
        waitingBytes -= length;
        if (full && waitingBytes <= bytesLimit / 2) {
            full = false;
            onRoom.run();
        }
    }

    /** Whether to wait before more is written. */
    public boolean full() {
        return full;
    }
}
