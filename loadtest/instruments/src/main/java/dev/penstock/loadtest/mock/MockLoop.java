package dev.penstock.loadtest.mock;

import dev.penstock.protocol.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The part of a mock that is on one event loop: its routes, its time and the answers that it remembers. */
final class MockLoop implements Handler<HttpServerRequest> {
    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final Vertx vertx;
    private final MockState state;
    private final RandomGenerator random;
    private final LoopMemory memory = new LoopMemory();
    private final TickWheel wheel = new TickWheel(System.nanoTime());
    private boolean turning;

    /**
     * A part.
     *
     * @param number of the event loop: each has its own sequence of delays
     */
    MockLoop(Vertx vertx, MockState state, int number) {
        this.vertx = vertx;
        this.state = state;
        this.random = new SplittableRandom(state.settings().key().seed() + number);
    }

    MockState state() {
        return state;
    }

    LoopMemory memory() {
        return memory;
    }

    long firstTokenNanos() {
        return state.settings().timeToFirstToken().nanos(random);
    }

    /** Whether each event of a stream is sent by itself. */
    boolean separateChunks() {
        return state.settings().separateChunks();
    }

    /** With the load as it is at this moment. */
    long interTokenNanos() {
        return state.settings().interTokenNanos(random, state.tally().inFlight.get());
    }

    /** Runs an action on this event loop, at that time of {@link System#nanoTime} or within about a millisecond after. */
    void at(long dueNanos, Runnable action) {
        wheel.schedule(System.nanoTime(), dueNanos, action);
        if (!turning) {
            turning = true;
            vertx.setPeriodic(1, this::turn);
        }
    }

    private void turn(long timer) {
        wheel.advance(System.nanoTime());
        if (wheel.isEmpty()) {
            turning = false;
            vertx.cancelTimer(timer);
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = Optional.ofNullable(request.path()).orElse("");
        switch (path) {
            case "/v1/chat/completions" -> infer(request, MockEndpoint.CHAT);
            case "/v1/embeddings" -> infer(request, MockEndpoint.EMBEDDING);
            case "/v1/completions" -> infer(request, MockEndpoint.COMPLETION);
            case "/v1/models" -> get(request, models());
            case "/health" -> get(request, "{\"status\":\"ok\"}");
            case "/mock/stats" -> get(request, state.tally().counters().json());
            default ->
                refuse(
                        request.response(),
                        ApiError.invalid(
                                404,
                                "no such path (expected: one of /v1/chat/completions, /v1/completions, /v1/embeddings,"
                                        + " /v1/models, /health, /mock/stats)"));
        }
    }

    private void infer(HttpServerRequest request, MockEndpoint endpoint) {
        if (request.method().equals(HttpMethod.POST)) {
            new MockExchange(this, request, endpoint).start();
        } else {
            request.response().putHeader(HttpHeaders.ALLOW, "POST");
            refuse(request.response(), ApiError.invalid(405, request.method() + " (expected: POST)"));
        }
    }

    private static void get(HttpServerRequest request, String json) {
        if (request.method().equals(HttpMethod.GET)) {
            request.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(json);
        } else {
            request.response().putHeader(HttpHeaders.ALLOW, "GET");
            refuse(request.response(), ApiError.invalid(405, request.method() + " (expected: GET)"));
        }
    }

    private String models() {
        StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
        String comma = "";
        for (String model : state.settings().models()) {
            json.append(comma).append("{\"id\":\"");
            MockAnswer.appendEscaped(json, model);
            json.append("\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"penstock-mock\"}");
            comma = ",";
        }
        return json.append("]}").toString();
    }

    static void refuse(HttpServerResponse response, ApiError error) {
        error.retryAfter()
                .ifPresent(wait -> response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds())));
        response.setStatusCode(error.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .end(Buffer.buffer(error.toJson()));
    }
}
