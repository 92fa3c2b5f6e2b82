package dev.penstock.loadtest.mock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;

/** A line without an end, as fast as the client takes it; it leaves, or is reset when it has taken a gigabyte. */
final class EndlessLine {
    private static final long LIMIT = 1L << 30;
    private static final Buffer PIECE = Buffer.buffer("a".repeat(16_384));

    private final MockExchange exchange;
    private final HttpServerResponse response;
    private final boolean stream;
    private long written;

    EndlessLine(MockExchange exchange, boolean stream) {
        this.exchange = exchange;
        this.response = exchange.response();
        this.stream = stream;
    }

    void start() {
        if (stream) {
            MockStream.head(response);
        } else {
            response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, MockLoop.JSON);
        }
        response.write(Buffer.buffer(((stream ? "data: " : "") + "{\"id\":\"").getBytes(StandardCharsets.UTF_8)));
        response.drainHandler(drained -> write());
        write();
    }

    private void write() {
        while (!exchange.ended() && !response.writeQueueFull()) {
            if (written >= LIMIT) {
                RawConnection.reset(exchange.request());
                exchange.done();
                return;
            }
            response.write(PIECE);
            written += PIECE.length();
        }
    }
}
