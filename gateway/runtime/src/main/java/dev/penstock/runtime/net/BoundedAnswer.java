package dev.penstock.runtime.net;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Bodies of answers that are read whole, and are refused beyond a length. */
public final class BoundedAnswer {
    private BoundedAnswer() {}

    /** The body; fails for one that is longer, or breaks off. */
    public static Future<Buffer> body(HttpClientResponse response, int maxBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(piece -> {
            if (body.length() + piece.length() > maxBytes) {
                whole.tryFail(new TooLong(maxBytes));
            } else {
                body.appendBuffer(piece);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    /** A body that is longer than it may be. */
    public static final class TooLong extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        TooLong(int maxBytes) {
            super("more than " + maxBytes + " bytes");
        }
    }
}
