package dev.penstock.runtime.net;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is checked of every request before its handler sees it. */
final class RequestGuard implements Handler<HttpServerRequest> {
    private final ListenerConfig config;
    private final Handler<HttpServerRequest> next;

    RequestGuard(ListenerConfig config, Handler<HttpServerRequest> next) {
        this.config = config;
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        RequestRejected rejection = check(request);
        if (rejection == null) {
            next.handle(request);
        } else {
            Rejections.send(request, rejection);
        }
    }

    private @Nullable RequestRejected check(HttpServerRequest request) {
        MultiMap headers = request.headers();
        List<String> transferEncodings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
        if (!transferEncodings.isEmpty()) {
            boolean plain = transferEncodings.size() == 1
                    && transferEncodings.getFirst().equalsIgnoreCase("chunked")
                    && request.version() != HttpVersion.HTTP_1_0;
            if (!plain || headers.contains(HttpHeaders.CONTENT_LENGTH)) {
                return malformed("Transfer-Encoding other than a single `chunked`");
            }
        }
        if (headers.getAll(HttpHeaders.HOST).size() > 1
                || (request.version() == HttpVersion.HTTP_1_1 && !headers.contains(HttpHeaders.HOST))) {
            return malformed("not exactly one Host header");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            return new RequestRejected(405, "method_not_allowed", "CONNECT: not a proxy");
        }
        if (BoundedBody.isEncoded(request)) {
            return BoundedBody.encoded();
        }
        if (BoundedBody.declaredLength(request) > config.maxBody().bytes()) {
            return BoundedBody.tooLarge(config.maxBody());
        }
        String expectation = headers.get(HttpHeaders.EXPECT);
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return new RequestRejected(417, "expectation_failed", "Expect: only 100-continue is supported");
        }
        return null;
    }

    private static RequestRejected malformed(String why) {
        return new RequestRejected(400, "malformed_request", "malformed request: " + why);
    }

    /** Answers what could not be decoded. */
    static void refuseInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Rejections.send(
                request,
                switch (cause) {
                    case TooLongHttpLineException line ->
                        new RequestRejected(414, "request_line_too_long", "the request line is too long");
                    case TooLongHttpHeaderException header ->
                        new RequestRejected(431, "headers_too_large", "the request's headers are too large");
                    case TooLongFrameException frame ->
                        new RequestRejected(431, "headers_too_large", "the request's headers are too large");
                    case MalformedRequestException malformed -> malformed(String.valueOf(malformed.getMessage()));
                    default -> malformed("no HTTP request");
                });
    }
}
