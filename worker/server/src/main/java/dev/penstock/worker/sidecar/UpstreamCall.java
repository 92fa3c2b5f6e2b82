package dev.penstock.worker.sidecar;

import dev.penstock.protocol.ApiError;
import dev.penstock.worker.http.Exchange;
import dev.penstock.worker.http.RequestRejectedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the server and its answer on the way back: piped with back-pressure, never collected, except
 * a whole answer whose model name must be rewritten. What breaks upstream breaks here too: the client's connection is cut,
 * after an error frame where it is a stream, so that half an answer is never taken for a whole one. Runs on the
 * exchange's context.
 */
final class UpstreamCall {
    private static final ApiError BROKEN =
            ApiError.server(502, "upstream_broken", "the server behind this worker broke off its answer");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final List<String> REQUEST_HEADERS =
            List.of("content-type", "accept", "traceparent", "tracestate", "x-request-id");

    private final Exchange exchange;
    private final Function<RequestOptions, Future<HttpClientRequest>> egress;
    private final RequestOptions options;
    private final ModelRename rename;
    private final int bufferBytes;
    private Optional<HttpClientRequest> upstream = Optional.empty();
    /** Whether the answer is an event stream. */
    private boolean events;

    private OptionalLong silenceTimer = OptionalLong.empty();
    private boolean heard;

    UpstreamCall(
            Exchange exchange,
            Function<RequestOptions, Future<HttpClientRequest>> egress,
            RequestOptions options,
            ModelRename rename,
            int bufferBytes) {
        this.exchange = exchange;
        this.egress = egress;
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
        egress.apply(options)
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
        silenceTimer.ifPresent(exchange.vertx()::cancelTimer);
        upstream.ifPresent(HttpClientRequest::reset);
    }

    /** The worker stops. Callable from any thread. */
    void abort() {
        exchange.context()
                .runOnContext(go -> breakOff(ApiError.unavailable("stopping", "this worker is stopping", SOON)));
    }

    private void fail(Throwable failure) {
        breakOff(errorOf(failure));
    }

    /** As the state of the answer allows: a status, an error frame, or a body that is cut short. */
    private void breakOff(ApiError error) {
        if (!exchange.response().headWritten()) {
            exchange.error(error);
        } else if (events) {
            exchange.breakOff(error);
        } else {
            exchange.reset(error.code().orElse(error.type()));
        }
    }

    private static ApiError errorOf(Throwable failure) {
        return switch (failure) {
            case RequestRejectedException refused -> refused.error();
            case ConnectException refused ->
                ApiError.unavailable(
                        "upstream_unavailable", "the server behind this worker is not to be reached", SOON);
            case UnknownHostException unknown ->
                ApiError.unavailable("upstream_unavailable", "the server behind this worker is not to be found", SOON);
            case TimeoutException silent ->
                ApiError.server(504, "upstream_timeout", "the server behind this worker did not answer");
            default -> BROKEN;
        };
    }

    private void relay(HttpClientResponse answer) {
        if (exchange.ended()) {
            return;
        }
        int status = answer.statusCode();
        answer.exceptionHandler(this::fail);
        if (status < 200 || (status >= 300 && status < 400)) {
            exchange.error(
                    ApiError.server(502, "upstream_refused", "the server behind this worker answered " + status));
            return;
        }
        @Nullable String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
        events = status < 300
                && type != null
                && type.toLowerCase(Locale.ROOT).strip().startsWith("text/event-stream");
        AnswerFlow flow = events || rename.needed()
                ? AnswerFlow.rewritten(exchange, answer, bufferBytes)
                : AnswerFlow.asItIs(exchange, answer, bufferBytes);
        AnswerMeter meter = new AnswerMeter(exchange);
        AnswerRelay relay = events ? new EventRelay(rename, flow, meter) : new BodyRelay(rename, flow, meter);
        watchForSilence(flow);
        answer.handler(piece -> {
            heard = true;
            if (!exchange.ended() && !relay.take(piece)) {
                breakOff(BROKEN);
            }
        });
        answer.endHandler(end -> {
            // There is nothing left to give up.
            upstream = Optional.empty();
            if (!exchange.ended() && !relay.end()) {
                breakOff(BROKEN);
            }
        });
    }

    /**
     * The request's own clock stops at the head of the answer. From there on a server may be silent for one to two periods,
     * and for as long as it was asked to pause.
     */
    private void watchForSilence(AnswerFlow flow) {
        silenceTimer = OptionalLong.of(exchange.vertx().setPeriodic(options.getIdleTimeout(), fired -> {
            if (!heard && !flow.paused()) {
                fail(new TimeoutException("silent within its answer"));
            }
            heard = false;
        }));
    }
}
