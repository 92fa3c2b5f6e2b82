package dev.penstock.worker.http;

import dev.penstock.protocol.ApiError;
import dev.penstock.runtime.net.Drain;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One inference request and its answer. Used on the request's own context, except where said.
 *
 * <p>It ends once, whichever comes first: the answer is written, the answer is broken off, or the client is gone.
 */
public final class Exchange {
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence PROCESSING = HttpHeaders.createOptimized("openai-processing-ms");
    private static final CharSequence LOAD = HttpHeaders.createOptimized("endpoint-load-metrics");
    private static final CharSequence SHOULD_RETRY = HttpHeaders.createOptimized("x-should-retry");
    private static final CharSequence RETRY_AFTER_MILLIS = HttpHeaders.createOptimized("retry-after-ms");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private static final Duration ERROR_FRAME_LIMIT = Duration.ofSeconds(1);

    private final Context context;
    private final HttpServerRequest request;
    private final Endpoint endpoint;
    private final String id;
    private final String answerId;
    private final Drain.Ticket ticket;
    private final BodyBudget.Share body;
    private final RequestRecords log;
    private final Supplier<String> loadReport;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final Object endLock = new Object();
    private final List<Runnable> onEnd = new ArrayList<>();
    private boolean ended;

    private volatile String model = "";
    private volatile OptionalLong firstTokenNanos = OptionalLong.empty();
    private int promptTokens;
    private int completionTokens;

    Exchange(
            Context context,
            HttpServerRequest request,
            Endpoint endpoint,
            String id,
            String answerId,
            Drain.Ticket ticket,
            BodyBudget.Share body,
            RequestRecords log,
            Supplier<String> loadReport,
            LongSupplier nanoClock) {
        this.context = context;
        this.request = request;
        this.endpoint = endpoint;
        this.id = id;
        this.answerId = answerId;
        this.ticket = ticket;
        this.body = body;
        this.log = log;
        this.loadReport = loadReport;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        request.response().closeHandler(closed -> end("cancelled"));
        request.response().exceptionHandler(failure -> end("cancelled"));
    }

    /** The context that all of this runs on. Callable from any thread. */
    public Context context() {
        return context;
    }

    /** Timers and connections. Callable from any thread. */
    public Vertx vertx() {
        return context.owner();
    }

    /** The request's headers and method. */
    public HttpServerRequest request() {
        return request;
    }

    /** The response, for those that write it themselves; they call {@link #end} when they are through. */
    public HttpServerResponse response() {
        return request.response();
    }

    /** What is asked. Callable from any thread. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The request's id, as in {@code x-request-id}. Callable from any thread. */
    public String id() {
        return id;
    }

    /** What its body takes of the memory for bodies, given back at its end. Callable from any thread. */
    BodyBudget.Share body() {
        return body;
    }

    /** The id of the answer's objects: always of our own making. */
    String answerId() {
        return answerId;
    }

    /**
     * Which model answers, for the log and the metrics: only a name that is served, never what a client made up. Callable
     * from any thread.
     */
    public void model(String name) {
        model = name;
    }

    /** When the first token was there. Callable from any thread, before the answer is written. */
    public void firstToken() {
        if (firstTokenNanos.isEmpty()) {
            firstTokenNanos = OptionalLong.of(nanoClock.getAsLong());
        }
    }

    /** What the answer took so far, for the log and the metrics. Heard until the actions at its end are through. */
    public void tokens(int prompt, int completion) {
        promptTokens = prompt;
        completionTokens = completion;
    }

    /**
     * What to do when the exchange ends, in whatever way: frees what works for it, and says last what that took. Done at
     * once where it has ended already. Callable from any thread.
     */
    public void whenEnded(Runnable action) {
        synchronized (endLock) {
            if (!ended) {
                onEnd.add(action);
                return;
            }
        }
        action.run();
    }

    /** Whether nothing more can be written. */
    public boolean ended() {
        synchronized (endLock) {
            return ended;
        }
    }

    /** Sets what every answer carries. */
    public HttpServerResponse head(int status) {
        return response()
                .setStatusCode(status)
                .putHeader(REQUEST_ID, id)
                .putHeader(LOAD, loadReport.get())
                .putHeader(PROCESSING, Long.toString(elapsed().toMillis()));
    }

    private Duration elapsed() {
        return Duration.ofNanos(nanoClock.getAsLong() - startNanos);
    }

    /** Sends a whole answer. */
    public void json(Buffer body) {
        if (!ended()) {
            head(200).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
            response().end(body);
            end("ok");
        }
    }

    /** Sends an error in place of an answer; where the answer has begun, breaks it off with an error frame. */
    public void error(ApiError error) {
        if (ended()) {
            return;
        }
        if (response().headWritten()) {
            response().end(Buffer.buffer(error.toSseFrame()));
        } else {
            write(head(error.status()), error);
        }
        end(error.code().orElse(error.type()));
    }

    /** Ends a response with an error. */
    static void write(HttpServerResponse response, ApiError error) {
        response.setStatusCode(error.status()).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        error.retryAfter().ifPresent(wait -> response.putHeader(
                        HttpHeaders.RETRY_AFTER, Long.toString((wait.toMillis() + 999) / 1000))
                .putHeader(RETRY_AFTER_MILLIS, Long.toString(wait.toMillis())));
        error.retryable().ifPresent(value -> response.putHeader(SHOULD_RETRY, value.toString()));
        response.end(error.toJson());
    }

    /**
     * Breaks off an event stream whose head is written, between two of its frames: an error frame, after which the
     * connection is cut, so that no proxy takes the stream for a whole one. A client that does not take the frame is cut
     * off all the same.
     */
    public void breakOff(ApiError error) {
        if (ended()) {
            return;
        }
        end(error.code().orElse(error.type()));
        HttpServerResponse response = response();
        long timer = vertx().setTimer(ERROR_FRAME_LIMIT.toMillis(), fired -> response.reset());
        response.write(Buffer.buffer(error.toSseFrame())).onComplete(written -> {
            vertx().cancelTimer(timer);
            response.reset();
        });
    }

    /** Cuts the connection: whatever the client has got so far, it is not an answer. */
    public void reset(String outcome) {
        if (!ended()) {
            end(outcome);
            response().reset();
        }
    }

    /**
     * Counts the exchange as through.
     *
     * @param outcome {@code ok}, {@code cancelled}, or the code of an error
     */
    public void end(String outcome) {
        synchronized (endLock) {
            if (ended) {
                return;
            }
            ended = true;
        }
        // Nothing is added any more.
        onEnd.forEach(Runnable::run);
        ticket.close();
        body.release();
        long nanos = nanoClock.getAsLong() - startNanos;
        OptionalLong firstToken = firstTokenNanos.isPresent()
                ? OptionalLong.of(firstTokenNanos.getAsLong() - startNanos)
                : OptionalLong.empty();
        log.record(new RequestRecords.Entry(
                id,
                endpoint,
                model,
                response().getStatusCode(),
                outcome,
                promptTokens,
                completionTokens,
                firstToken,
                nanos));
    }
}
