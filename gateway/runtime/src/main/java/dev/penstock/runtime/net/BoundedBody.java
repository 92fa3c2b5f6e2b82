package dev.penstock.runtime.net;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Durations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.LongPredicate;

/** Request bodies, whole and bounded in size and time. */
public final class BoundedBody {
    private final HttpServerRequest request;
    private final ByteSize limit;
    private final Promise<byte[]> promise = Promise.promise();
    private final HeldBytes body;
    private final LongPredicate room;

    private BoundedBody(HttpServerRequest request, ByteSize limit, LongPredicate room) {
        this.request = request;
        this.limit = limit;
        this.room = room;
        this.body = new HeldBytes(declaredLength(request));
    }

    /**
     * Reads the body of a request, from the handler that was given the request (before it returns or with the request
     * paused).
     *
     * @param timeout how long the body may take from now
     * @return the whole body; or fails with {@link RequestRejected}: 413 {@code body_too_large} (the rest is not read),
     *     408 {@code body_timeout}, 415 {@code unsupported_content_encoding}; or with the fault of the connection
     */
    public static Future<byte[]> read(Vertx vertx, HttpServerRequest request, ByteSize limit, Duration timeout) {
        return read(vertx, request, limit, timeout, any -> true);
    }

    /**
     * The same, within what the process may hold.
     *
     * @param room asked with the length that the body would then have, before each piece of it is kept; where it says no,
     *     the reading fails with 503 {@code overloaded}
     */
    public static Future<byte[]> read(
            Vertx vertx, HttpServerRequest request, ByteSize limit, Duration timeout, LongPredicate room) {
        return new BoundedBody(request, limit, room).start(vertx, timeout);
    }

    private Future<byte[]> start(Vertx vertx, Duration timeout) {
        if (isEncoded(request)) {
            return refuse(encoded());
        }
        if (declaredLength(request) > limit.bytes()) {
            return refuse(tooLarge(limit));
        }
        LoopTimers.Timer timer = LoopTimers.schedule(
                vertx,
                timeout,
                () -> refuse(new RequestRejected(
                        408, "body_timeout", "the request body did not arrive within " + Durations.format(timeout))));
        request.handler(this::append);
        request.endHandler(end -> promise.tryComplete(body.toBytes()));
        request.exceptionHandler(promise::tryFail);
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        request.resume();
        return promise.future().onComplete(done -> timer.cancel());
    }

    private void append(Buffer chunk) {
        if (promise.future().isComplete()) {
            return;
        }
        if (body.length() + (long) chunk.length() > limit.bytes()) {
            refuse(tooLarge(limit));
        } else if (!room.test(body.length() + (long) chunk.length())) {
            refuse(new RequestRejected(503, "overloaded", "this process holds as much as it may; try again"));
        } else {
            body.add(chunk);
        }
    }

    /** What is left of the body is dropped as it comes, and the connection ends after the answer. */
    private Future<byte[]> refuse(RequestRejected rejection) {
        if (!promise.future().isComplete()) {
            // Before the failure is told, which writes the answer's head.
            ConnectionClock.of(request).ifPresent(ConnectionClock::refuseRest);
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            promise.tryFail(rejection);
        }
        return promise.future();
    }

    static RequestRejected tooLarge(ByteSize limit) {
        return new RequestRejected(413, "body_too_large", "the request body is larger than " + limit);
    }

    static RequestRejected encoded() {
        return new RequestRejected(
                415, "unsupported_content_encoding", "Content-Encoding: only identity is supported in requests");
    }

    /** Whether the body is compressed: a few bytes could then be any number. */
    static boolean isEncoded(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_ENCODING)
                && request.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
                        .anyMatch(encoding ->
                                !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity"));
    }

    /** The length that the request declares, or -1. */
    static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException notOne) {
            return Long.MAX_VALUE;
        }
    }
}
