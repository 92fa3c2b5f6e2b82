package dev.penstock.loadtest.mock;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** One stream on its way: tokens become due with time, and are written as the client takes them. */
final class MockStream implements Runnable {
    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");

    private final MockExchange exchange;
    private final HttpServerResponse response;
    private final StreamPlan plan;
    private final int slowness;
    private int generated;
    private int due;
    private int written;
    private long nextNanos;

    /**
     * A stream that has not begun.
     *
     * @param slowness times the time from token to token
     */
    MockStream(MockExchange exchange, StreamPlan plan, int slowness) {
        this.exchange = exchange;
        this.response = exchange.response();
        this.plan = plan;
        this.slowness = slowness;
    }

    static HttpServerResponse head(HttpServerResponse response) {
        return response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE);
    }

    void start() {
        head(response);
        response.drainHandler(drained -> write());
        nextNanos = System.nanoTime();
        run();
    }

    /** The next token's time has come; where the loop was late, also that of some after it. */
    @Override
    public void run() {
        if (exchange.ended()) {
            return;
        }
        long now = System.nanoTime();
        while (generated < plan.tokens() && nextNanos - now <= 0) {
            generated++;
            nextNanos += exchange.loop().interTokenNanos() * slowness;
        }
        due = plan.due(generated);
        write();
        if (due < plan.frames().size() && !exchange.ended()) {
            exchange.loop().at(nextNanos, this);
        }
    }

    private void write() {
        Future<Void> last = Future.succeededFuture();
        while (written < due && !response.writeQueueFull() && !exchange.ended()) {
            last = response.write(plan.frames().get(written++));
        }
        if (written == plan.frames().size() && !exchange.ended()) {
            finish(last);
        }
    }

    private void finish(Future<Void> last) {
        exchange.done();
        switch (plan.ending()) {
            case IN_ORDER -> response.end();
            // Not before they are out, since a reset drops what is not.
            case RESET -> last.onComplete(out -> TcpReset.of(exchange.request()));
        }
    }
}
