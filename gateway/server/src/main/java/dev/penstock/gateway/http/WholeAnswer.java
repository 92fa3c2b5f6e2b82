package dev.penstock.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Whole answers, also to requests whose body was not read. What comes of it is dropped, since a connection closed over unread
 * bytes is reset and the reset may overtake the answer. A short body is waited for and the connection kept; after a long or
 * endless one it is closed as soon as the client has had the time to read the answer.
 */
final class WholeAnswer {
    private static final long MAX_DROPPED_BYTES = 1 << 20;
    private static final long LINGER_MILLIS = 1000;

    private WholeAnswer() {}

    /** Sends the body of the answer and ends it; status and headers are set. */
    static Future<Void> end(HttpServerRequest request, Buffer body) {
        if (request.isEnded()) {
            return request.response().end(body);
        }
        request.handler(dropped -> {});
        request.resume();
        if (isShort(request) || request.version() == HttpVersion.HTTP_2) {
            return request.response().end(body);
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        return request.response().end(body).onComplete(sent -> closeLater(request));
    }

    private static void closeLater(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        if (context == null) {
            request.connection().close();
        } else {
            context.owner()
                    .setTimer(LINGER_MILLIS, lingered -> request.connection().close());
        }
    }

    private static boolean isShort(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null
                    ? !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                    : Long.parseLong(length) <= MAX_DROPPED_BYTES;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
