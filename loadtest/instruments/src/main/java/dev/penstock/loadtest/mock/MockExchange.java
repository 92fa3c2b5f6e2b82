package dev.penstock.loadtest.mock;

import dev.penstock.protocol.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** One request of the API, from its head to the end of its answer; on its connection's event loop. */
final class MockExchange {
    /** The most bytes of a request. */
    static final int MAX_BODY = 64 << 20;

    /** The most bytes of all tokens of an answer. */
    private static final long MAX_ANSWER = 64L << 20;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final MockLoop loop;
    private final MockTally tally;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final MockEndpoint endpoint;
    private Buffer body = Buffer.buffer();
    private boolean failing;
    private boolean streaming;
    private boolean ended;

    MockExchange(MockLoop loop, HttpServerRequest request, MockEndpoint endpoint) {
        this.loop = loop;
        this.tally = loop.state().tally();
        this.request = request;
        this.response = request.response();
        this.endpoint = endpoint;
    }

    void start() {
        tally.requests.increment();
        if (!loop.state().enter()) {
            tally.limited.increment();
            MockLoop.refuse(
                    response,
                    ApiError.unavailable(
                            "overloaded",
                            "as many requests as this mock takes (max concurrent: "
                                    + loop.state().settings().maxConcurrent() + ") are here; try again",
                            SOON));
            return;
        }
        response.closeHandler(closed -> left());
        // The close handler says it.
        response.exceptionHandler(broken -> {});
        request.exceptionHandler(broken -> left());
        request.handler(this::append);
        request.endHandler(whole -> read());
    }

    private void append(Buffer chunk) {
        if (ended) {
            return;
        }
        if ((long) body.length() + chunk.length() > MAX_BODY) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            refuse(ApiError.invalid(413, "the request body is larger than " + MAX_BODY + " bytes"));
            return;
        }
        // Most bodies come in one piece.
        body = body.length() == 0 ? chunk : body.appendBuffer(chunk);
    }

    private void read() {
        if (ended) {
            return;
        }
        try {
            AnswerCache.Question question = question(MockRequest.parse(endpoint, body.getBytes()));
            body = Buffer.buffer();
            answer(question);
        } catch (MockRequestRefusedException refused) {
            refuse(refused.error());
        }
    }

    private AnswerCache.Question question(MockRequest asked) {
        MockSettings settings = loop.state().settings();
        if (!settings.models().contains(asked.model())) {
            throw new MockRequestRefusedException(ApiError.modelNotFound(
                    "model: " + asked.model() + " (expected: one of " + String.join(", ", settings.models()) + ")"));
        }
        if (asked.stream() && request.version() == HttpVersion.HTTP_1_0) {
            throw new MockRequestRefusedException(
                    ApiError.invalid("stream", "stream: true over HTTP/1.0 (expected: HTTP/1.1)"));
        }
        AnswerCache.Question question = new AnswerCache.Question(
                settings.key(), settings.defaultTokens(), settings.dimensions(), endpoint, asked);
        if ((long) question.tokens() * settings.key().tokenBytes() * asked.choices() > MAX_ANSWER) {
            throw new MockRequestRefusedException(ApiError.contextLengthExceeded(
                    "max_tokens",
                    "max_tokens: " + question.tokens() + " (expected: an answer of at most " + MAX_ANSWER
                            + " bytes with all its choices)"));
        }
        return question;
    }

    private void answer(AnswerCache.Question question) {
        Optional<Fault> fault = loop.state().current().faults().next();
        if (fault.isPresent()) {
            FaultyReply.to(this, question, fault.get());
        } else {
            reply(question, 1);
        }
    }

    /** The right answer, in so many times the time. */
    void reply(AnswerCache.Question question, int slowness) {
        switch (rendered(question)) {
            case AnswerCache.Whole whole -> after(wholeNanos(question) * slowness, () -> send(whole.json()));
            case AnswerCache.Streamed streamed -> stream(streamed.plan(), slowness);
        }
    }

    private void send(Buffer json) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, MockLoop.JSON).end(json);
        done();
    }

    /** A stream in so many times the time. */
    void stream(StreamPlan plan, int slowness) {
        MockStream stream = new MockStream(this, plan, slowness);
        after(loop.firstTokenNanos() * slowness, () -> {
            streaming = true;
            tally.streams.increment();
            stream.start();
        });
    }

    /** What goes wrong from here on was meant to. */
    void fails() {
        failing = true;
    }

    AnswerCache.Rendered rendered(AnswerCache.Question question) {
        return loop.cache().get(question, MockExchange::render);
    }

    /** Does something after a time, at once where that is none; nothing if the client has left by then. */
    void after(long nanos, Runnable action) {
        if (nanos <= 0) {
            action.run();
            return;
        }
        loop.at(System.nanoTime() + nanos, () -> {
            if (!ended) {
                action.run();
            }
        });
    }

    /** What an answer that is not a stream takes, at the load of this moment. */
    private long wholeNanos(AnswerCache.Question question) {
        long nanos = loop.firstTokenNanos();
        if (endpoint != MockEndpoint.EMBEDDING) {
            for (int token = 1; token < question.tokens(); token++) {
                long step = loop.interTokenNanos();
                if (step == 0) {
                    break;
                }
                nanos += step;
            }
        }
        return nanos;
    }

    private static AnswerCache.Rendered render(AnswerCache.Question question) {
        MockRequest asked = question.request();
        AnswerKey key = question.key();
        if (question.endpoint() == MockEndpoint.EMBEDDING) {
            int dimensions = asked.dimensions().orElse(question.dimensions());
            return new AnswerCache.Whole(
                    Buffer.buffer(MockEmbeddings.json(key, asked.model(), asked.texts(), dimensions, asked.base64())));
        }
        if (asked.stream()) {
            return new AnswerCache.Streamed(StreamPlan.of(question));
        }
        MockAnswer answer = key.answer(asked.prompt(), question.tokens());
        return new AnswerCache.Whole(Buffer.buffer(
                question.endpoint() == MockEndpoint.CHAT
                        ? answer.json(asked.model(), asked.choices())
                        : answer.textJson(asked.model(), asked.choices())));
    }

    private void refuse(ApiError error) {
        MockLoop.refuse(response, error);
        end(tally.refused);
    }

    private void left() {
        end(failing ? tally.failed : tally.abandoned);
    }

    /** As its answer ends, or its stream. */
    void done() {
        end(failing ? tally.failed : tally.answered);
    }

    /** Nothing follows; the first end counts. */
    private void end(LongAdder outcome) {
        if (!ended) {
            ended = true;
            tally.inFlight.decrementAndGet();
            if (streaming) {
                tally.streams.decrement();
            }
            outcome.increment();
        }
    }

    boolean ended() {
        return ended;
    }

    MockLoop loop() {
        return loop;
    }

    MockTally tally() {
        return tally;
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return response;
    }
}
