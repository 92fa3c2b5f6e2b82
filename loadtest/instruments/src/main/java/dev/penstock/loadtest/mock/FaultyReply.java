package dev.penstock.loadtest.mock;

import dev.penstock.protocol.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Acts a fault out. */
final class FaultyReply {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int SLOWNESS = 10;
    private static final Buffer GARBAGE = Buffer.buffer("<html>{]\u0001".getBytes(StandardCharsets.UTF_8))
            .appendByte((byte) 0xff)
            .appendByte((byte) 0xc0);

    private FaultyReply() {}

    static void to(MockExchange exchange, Question question, Fault fault) {
        Rendered rendered = exchange.rendered(question);
        boolean streams = rendered instanceof Rendered.Streamed;
        if (fault == Fault.MISSING_DONE && !streams) {
            exchange.reply(question, 1);
            return;
        }
        exchange.tally().fault(fault);
        if (fault == Fault.SLOW) {
            exchange.reply(question, SLOWNESS);
            return;
        }
        exchange.fails();
        switch (fault) {
            case INTERNAL_ERROR -> refuse(exchange, ApiError.server(500, "internal_error", "a fault of this mock"));
            case UNAVAILABLE -> refuse(exchange, ApiError.unavailable("overloaded", "a fault of this mock", SOON));
            case RATE_LIMITED -> refuse(exchange, ApiError.rateLimited("a fault of this mock", SOON));
            case HANG -> {
                // Until the client leaves.
            }
            case RESET -> {
                RawConnection.reset(exchange.request());
                exchange.done();
            }
            case ENDLESS_LINE -> inTime(exchange, () -> new EndlessLine(exchange, streams).start());
            default -> {
                if (rendered instanceof Rendered.Whole right) {
                    inTime(exchange, () -> whole(exchange, right.json(), fault));
                } else {
                    exchange.stream(StreamPlan.of(question, fault), 1);
                }
            }
        }
    }

    /** When the right answer would have begun. */
    private static void inTime(MockExchange exchange, Runnable action) {
        exchange.after(exchange.loop().firstTokenNanos(), action);
    }

    private static void refuse(MockExchange exchange, ApiError error) {
        MockLoop.refuse(exchange.response(), error);
        exchange.done();
    }

    private static void whole(MockExchange exchange, Buffer json, Fault fault) {
        HttpServerResponse response = exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, MockLoop.JSON);
        Buffer half = json.getBuffer(0, json.length() / 2);
        if (fault == Fault.RESET_MID_STREAM) {
            // The length says that there is more to come.
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(json.length()));
            response.write(half).onComplete(written -> RawConnection.reset(exchange.request()));
        } else {
            response.end(fault == Fault.GARBAGE ? GARBAGE : half);
        }
        exchange.done();
    }
}
