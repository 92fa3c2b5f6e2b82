package dev.penstock.worker.sidecar;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.protocol.SseFrame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A model's two names: the pool's and the server's. Where they are the same nothing is touched; otherwise the {@code
 * model} field alone is rewritten, on the way there and back.
 */
final class ModelRename {
    private static final String FIELD = "model";
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FRAME_END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final String pool;
    private final String server;

    ModelRename(String pool, String server) {
        this.pool = pool;
        this.server = server;
    }

    /** Whether bodies must be looked into at all. */
    boolean needed() {
        return !pool.equals(server);
    }

    /** The request as the server is to see it. */
    Buffer request(JsonDocument document) {
        return Buffer.buffer((needed() ? document.with(FIELD, quoted(server)) : document).bytes());
    }

    /** A whole answer as the client is to see it; one without the field, such as an error, stays as it is. */
    byte[] answer(byte[] json) {
        try {
            JsonDocument document = JsonDocument.parse(json, JsonLimits.DEFAULT);
            return document.has(FIELD) ? document.with(FIELD, quoted(pool)).bytes() : json;
        } catch (JsonRejectedException notAnObject) {
            return json;
        }
    }

    /** A frame as the client is to see it. Only plain frames hold chunks; others pass as they are. */
    byte[] frame(SseFrame frame) {
        byte[] whole = Arrays.copyOfRange(frame.bytes(), frame.start(), frame.end());
        if (!needed() || !frame.hasData() || frame.isDone() || !frame.event().isEmpty()) {
            return whole;
        }
        byte[] payload = Arrays.copyOfRange(frame.data(), frame.dataStart(), frame.dataEnd());
        byte[] renamed = answer(payload);
        return renamed == payload
                ? whole
                : Buffer.buffer(DATA)
                        .appendBytes(renamed)
                        .appendBytes(FRAME_END)
                        .getBytes();
    }

    private static String quoted(String name) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
    }
}
