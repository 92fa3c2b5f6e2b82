package dev.penstock.worker.sidecar;

import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import dev.penstock.worker.http.Exchange;
import dev.penstock.worker.http.PacedResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the server and its answer on the way back: piped with back-pressure, never collected, except
 * a whole answer whose model name must be rewritten. What breaks upstream breaks here too: the client's connection is cut,
 * so that half an answer is never taken for a whole one. Runs on the exchange's context.
 */
final class UpstreamCall {
    private static final int FRAME_LIMIT = 1 << 20;
    private static final int WHOLE_LIMIT = 16 << 20;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final List<String> REQUEST_HEADERS =
            List.of("content-type", "accept", "traceparent", "tracestate", "x-request-id");
    private static final List<String> ANSWER_HEADERS =
            List.of("content-type", "cache-control", "retry-after", "retry-after-ms", "x-should-retry");
    private static final String RATE_LIMITS = "x-ratelimit-";

    private final Exchange exchange;
    private final HttpClientAgent client;
    private final RequestOptions options;
    private final ModelRename rename;
    private final int bufferBytes;
    private Optional<HttpClientRequest> upstream = Optional.empty();

    UpstreamCall(
            Exchange exchange, HttpClientAgent client, RequestOptions options, ModelRename rename, int bufferBytes) {
        this.exchange = exchange;
        this.client = client;
        this.options = options;
        this.rename = rename;
        this.bufferBytes = bufferBytes;
    }

    void send(Buffer body) {
        for (String name : REQUEST_HEADERS) {
            @Nullable String value = exchange.request().getHeader(name);
            if (value != null) {
                options.putHeader(name, value);
            }
        }
        options.putHeader("x-request-id", exchange.id());
        client.request(options)
                .compose(request -> {
                    upstream = Optional.of(request);
                    if (exchange.ended()) {
                        cancel();
                    }
                    return request.send(body);
                })
                .onSuccess(this::relay)
                .onFailure(this::fail);
    }

    /** The exchange is over: the server need not go on. */
    void cancel() {
        upstream.ifPresent(HttpClientRequest::reset);
    }

    /** The worker stops. Callable from any thread. */
    void abort() {
        exchange.context().runOnContext(go -> {
            if (!exchange.response().headWritten()) {
                exchange.error(ApiError.unavailable("stopping", "this worker is stopping", SOON));
            } else {
                exchange.reset("stopping");
            }
        });
    }

    private void fail(Throwable failure) {
        if (exchange.ended()) {
            return;
        }
        if (exchange.response().headWritten()) {
            exchange.reset("upstream_broken");
            return;
        }
        exchange.error(
                switch (failure) {
                    case ConnectException refused ->
                        ApiError.unavailable(
                                "upstream_unavailable", "the server behind this worker is not to be reached", SOON);
                    case UnknownHostException unknown ->
                        ApiError.unavailable(
                                "upstream_unavailable", "the server behind this worker is not to be found", SOON);
                    case TimeoutException silent ->
                        ApiError.server(504, "upstream_timeout", "the server behind this worker did not answer");
                    default ->
                        ApiError.server(502, "upstream_broken", "the server behind this worker broke off its answer");
                });
    }

    private void relay(HttpClientResponse answer) {
        if (exchange.ended()) {
            return;
        }
        answer.exceptionHandler(this::fail);
        if (answer.statusCode() < 200 || (answer.statusCode() >= 300 && answer.statusCode() < 400)) {
            exchange.error(ApiError.server(
                    502, "upstream_refused", "the server behind this worker answered " + answer.statusCode()));
            return;
        }
        @Nullable String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
        boolean events = type != null && type.toLowerCase(Locale.ROOT).strip().startsWith("text/event-stream");
        HttpServerResponse head = exchange.head(answer.statusCode());
        for (String name : ANSWER_HEADERS) {
            @Nullable String value = answer.getHeader(name);
            if (value != null) {
                head.putHeader(name, value);
            }
        }
        answer.headers().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith(RATE_LIMITS)) {
                head.putHeader(name, value);
            }
        });
        if (!rename.needed()) {
            pipe(answer, head);
        } else if (events) {
            pipeFrames(answer, head);
        } else {
            collect(answer, head);
        }
    }

    /** A length that was promised is promised on: what is cut short shows. */
    private void pipe(HttpClientResponse answer, HttpServerResponse response) {
        @Nullable String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            response.setChunked(true);
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        PacedResponse paced = new PacedResponse(response, bufferBytes, answer::resume);
        answer.handler(chunk -> write(answer, paced, chunk));
        answer.endHandler(end -> finish(response));
    }

    private void write(HttpClientResponse answer, PacedResponse paced, Buffer chunk) {
        if (exchange.ended()) {
            return;
        }
        paced.write(chunk);
        if (paced.full()) {
            answer.pause();
        }
    }

    private void finish(HttpServerResponse response) {
        finish(response, Buffer.buffer());
    }

    private void finish(HttpServerResponse response, Buffer last) {
        if (!exchange.ended()) {
            upstream = Optional.empty();
            response.end(last);
            exchange.end(response.getStatusCode() < 400 ? "ok" : "upstream_error");
        }
    }

    private void pipeFrames(HttpClientResponse answer, HttpServerResponse response) {
        response.setChunked(true);
        SseDecoder decoder = new SseDecoder(FRAME_LIMIT);
        PacedResponse paced = new PacedResponse(response, bufferBytes, answer::resume);
        answer.handler(chunk -> {
            try {
                decoder.feed(chunk.getBytes());
                Buffer out = Buffer.buffer(chunk.length() + 64);
                for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
                    out.appendBytes(rename.frame(frame.get()));
                }
                if (out.length() > 0) {
                    write(answer, paced, out);
                }
            } catch (SseRejectedException endless) {
                fail(endless);
            }
        });
        answer.endHandler(end -> {
            if (decoder.pendingBytes() > 0) {
                exchange.reset("upstream_broken");
            } else {
                finish(response);
            }
        });
    }

    private void collect(HttpClientResponse answer, HttpServerResponse response) {
        Buffer body = Buffer.buffer();
        answer.handler(chunk -> {
            if (body.length() + chunk.length() > WHOLE_LIMIT) {
                fail(new IllegalStateException("an answer of more than " + WHOLE_LIMIT + " bytes"));
            } else {
                body.appendBuffer(chunk);
            }
        });
        answer.endHandler(end -> finish(response, Buffer.buffer(rename.answer(body.getBytes()))));
    }
}
