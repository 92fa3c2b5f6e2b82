package dev.penstock.loadtest.mock;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * One stream on its way: tokens become due with time, and are written as the client takes them. The head and the end go
 * through Vert.x, and the chunks between them past its encoder, since they are encoded.
 */
final class MockStream implements Runnable {
    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final int PIECE = 65_536;

    private final MockExchange exchange;
    private final HttpServerResponse response;
    private final ChannelHandlerContext wire;
    private final StreamPlan plan;
    private final int slowness;
    private final boolean separate;
    private int generated;
    private int due;
    private int written;
    private boolean blocked;
    private long nextNanos;

    /**
     * A stream that has not begun.
     *
     * @param slowness times the time from token to token
     */
    MockStream(MockExchange exchange, StreamPlan plan, int slowness) {
        this.exchange = exchange;
        this.response = exchange.response();
        this.wire = RawConnection.behindEncoder(exchange.request());
        this.plan = plan;
        this.slowness = slowness;
        this.separate = exchange.loop().separateChunks();
    }

    static HttpServerResponse head(HttpServerResponse response) {
        return response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE);
    }

    void start() {
        boolean full = response.writeQueueFull() || !wire.channel().isWritable();
        Future<Void> head = head(response).writeHead();
        if (full) {
            // An earlier answer is still on its way out; what goes past Vert.x would overtake the head.
            blockUntil(head);
        }
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
        if (due < plan.size() && !exchange.ended()) {
            exchange.loop().at(nextNanos, this);
        }
    }

    private void write() {
        if (exchange.ended() || blocked) {
            return;
        }
        boolean any = written < due;
        while (written < due && wire.channel().isWritable()) {
            int next = separate ? written + 1 : plan.within(written, due, PIECE);
            RawConnection.write(wire, plan.chunks(written, next));
            written = next;
            if (separate && written < due) {
                break; // the next when this one is out, or they would share a packet
            }
        }
        if (written < due) {
            blockUntil(RawConnection.flushed(wire));
        } else if (written == plan.size()) {
            finish();
        } else if (any) {
            wire.flush();
        }
    }

    /** Goes on when the client has taken what there is. */
    private void blockUntil(Future<Void> taken) {
        blocked = true;
        taken.onSuccess(room -> {
            blocked = false;
            write();
        });
    }

    private void finish() {
        exchange.done();
        switch (plan.ending()) {
            case IN_ORDER -> response.end();
            // Not before all is out, since a reset drops what is not.
            case RESET -> RawConnection.flushed(wire).onComplete(out -> RawConnection.reset(exchange.request()));
        }
    }
}
