package dev.penstock.runtime.net;

import dev.penstock.protocol.ApiError;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Refusals in OpenAI's shape, each the last answer of its connection. */
public final class Rejections {
    private Rejections() {}

    /** Answers a request with its refusal, and closes the connection, as its body may not have been read. */
    public static void send(HttpServerRequest request, RequestRejected rejection) {
        Optional<ConnectionClock> clock = ConnectionClock.of(request);
        clock.ifPresent(ConnectionClock::refuseRest);
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            request.connection().close();
            return;
        }
        response.setStatusCode(rejection.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(Buffer.buffer(body(rejection)))
                .onComplete(sent -> {
                    if (clock.isEmpty()) {
                        request.connection().close();
                    }
                });
    }

    static byte[] body(RequestRejected rejection) {
        ApiError error = rejection.status() >= 500
                ? ApiError.server(rejection.status(), rejection.code(), rejection.getMessage())
                : ApiError.invalid(rejection.status(), rejection.getMessage()).withCode(rejection.code());
        return error.toJson().getBytes(StandardCharsets.UTF_8);
    }

    static String reason(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
