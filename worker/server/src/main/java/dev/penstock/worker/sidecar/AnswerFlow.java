package dev.penstock.worker.sidecar;

import dev.penstock.worker.http.Exchange;
import dev.penstock.worker.http.PacedResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an answer, with back-pressure on the server's. The head goes out with the first bytes and not
 * before: until then nothing of it is set, and an answer that breaks off is an error with a status and a length of its
 * own. Runs on the exchange's context.
 */
final class AnswerFlow {
    private static final List<String> ANSWER_HEADERS =
            List.of("content-type", "cache-control", "retry-after", "retry-after-ms", "x-should-retry");
    private static final String RATE_LIMITS = "x-ratelimit-";

    private final Exchange exchange;
    private final HttpClientResponse answer;
    private final PacedResponse paced;
    private final Optional<String> length;

    private AnswerFlow(Exchange exchange, HttpClientResponse answer, int bufferBytes, Optional<String> length) {
        this.exchange = exchange;
        this.answer = answer;
        this.paced = new PacedResponse(exchange.response(), bufferBytes, answer::resume);
        this.length = length;
    }

    /** A flow of bytes as they came: a length that was promised is promised on, so that what is cut short shows. */
    static AnswerFlow asItIs(Exchange exchange, HttpClientResponse answer, int bufferBytes) {
        return new AnswerFlow(
                exchange, answer, bufferBytes, Optional.ofNullable(answer.getHeader(HttpHeaders.CONTENT_LENGTH)));
    }

    /** A flow of what was made of an answer, whose length is another. */
    static AnswerFlow rewritten(Exchange exchange, HttpClientResponse answer, int bufferBytes) {
        return new AnswerFlow(exchange, answer, bufferBytes, Optional.empty());
    }

    /** Writes, and asks the server to pause where the client is behind. */
    void write(Buffer chunk) {
        if (exchange.ended()) {
            return;
        }
        if (!exchange.response().headWritten()) {
            HttpServerResponse head = head();
            length.ifPresentOrElse(
                    value -> head.putHeader(HttpHeaders.CONTENT_LENGTH, value), () -> head.setChunked(true));
        }
        paced.write(chunk);
        if (paced.full()) {
            answer.pause();
        }
    }

    /** Whether the server waits for the client. */
    boolean paused() {
        return paced.full();
    }

    /** Ends the answer, and the exchange with it. */
    void end(Buffer last) {
        if (exchange.ended()) {
            return;
        }
        HttpServerResponse response = exchange.response();
        if (!response.headWritten()) {
            head();
        }
        response.end(last);
        exchange.end(response.getStatusCode() < 400 ? "ok" : "upstream_error");
    }

    private HttpServerResponse head() {
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
        return head;
    }
}
