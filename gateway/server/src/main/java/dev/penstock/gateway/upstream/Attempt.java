package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Relay;
import dev.penstock.protocol.ApiError;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request at one worker, from dispatch to the end of its answer. Whatever ends it (the answer, a fault, a clock, the
 * client leaving) ends it through {@link #finish}, once.
 */
final class Attempt implements AnswerHead {
    private static final int MAX_REFUSAL_BYTES = 64 << 10;
    /** A body whose answer is whole may take so long to end, and keep its connection for the next request. */
    private static final Duration TAIL = Duration.ofSeconds(1);

    private final RoutePlan.Attempt planned;
    private final Worker worker;
    private final InferenceRequest request;
    private final ClientExchange client;
    private final Relay.Answering answering;
    private final Egress egress;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final Loop loop;

    private final Promise<Relay.Result> result = Promise.promise();
    private final long startedNanos;
    private final UsageMeter meter;
    private final AttemptClock clock;
    private Forwarder.@Nullable Call call;
    private @Nullable ReadStream<Buffer> body;
    private @Nullable AnswerRelay relay;
    private Loop.@Nullable Timer tail;
    private boolean finished;
    private boolean bodyEnded;
    private OptionalLong firstContentNanos = OptionalLong.empty();

    Attempt(
            RoutePlan.Attempt planned,
            InferenceRequest request,
            ClientExchange client,
            Relay.Answering answering,
            long deadlineNanos,
            Egress egress,
            BufferBudget budget,
            RelaySettings settings,
            Loop loop,
            Predicate<Worker> silent) {
        this.planned = planned;
        this.worker = planned.worker();
        this.request = request;
        this.client = client;
        this.answering = answering;
        this.egress = egress;
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
        this.startedNanos = loop.nanoTime();
        this.meter = new UsageMeter(request);
        this.clock = new AttemptClock(
                loop,
                deadlineNanos,
                () -> silent.test(worker),
                what -> fail(new AttemptFailedException(what, "a clock ran out, or the worker fell silent")));
    }

    Future<Relay.Result> start() {
        if (request.stream() || request.operation() == Operation.EMBEDDING) {
            clock.await(FailureClass.FIRST_TOKEN_TIMEOUT, settings.firstToken());
        }
        Buffer rewritten = RequestRewriter.rewrite(
                request, egress.modelName(worker, request.model()), egress.maxTokensOnly(worker));
        Forwarder.Call begun = egress.forward(planned, request, rewritten);
        call = begun;
        client.closed().onSuccess(this::clientClosed);
        begun.answer().onComplete(answer -> {
            if (answer.succeeded()) {
                answered(answer.result());
            } else {
                fail(failureOf(answer.cause()));
            }
        });
        return result.future();
    }

    private void answered(Forwarder.Answer answer) {
        if (finished) {
            return; // it was cancelled on the way
        }
        clock.heard();
        if (answer.status() != 200) {
            clock.await(FailureClass.STALLED, settings.interToken());
            refused(answer);
            return;
        }
        Optional<String> mismatch = mismatch(answer);
        if (mismatch.isPresent()) {
            fail(new AttemptFailedException(FailureClass.PROTOCOL, mismatch.get()));
            return;
        }
        AnswerRelay taker = relayOf(answer);
        relay = taker;
        body = answer.body();
        consume(answer.body(), taker);
    }

    /** What of the head does not fit the request; empty where it does. */
    private Optional<String> mismatch(Forwarder.Answer answer) {
        if (!answer.contentEncoding().equals("identity")) {
            return Optional.of("an answer in a content-encoding nobody asked for");
        }
        boolean events = answer.contentType().startsWith("text/event-stream");
        if (request.stream() && !events) {
            return Optional.of("no event stream where one was asked for");
        }
        return !request.stream() && events ? Optional.of("an event stream where none was asked for") : Optional.empty();
    }

    private AnswerRelay relayOf(Forwarder.Answer answer) {
        ClientFlow flow = new ClientFlow(answer.body(), client, budget, settings, clock, loop);
        String upstreamName = egress.modelName(worker, request.model());
        ModelId model = request.model();
        Optional<ModelName> name =
                upstreamName.equals(model.value()) ? Optional.empty() : Optional.of(ModelName.of(model.value()));
        return request.stream()
                ? new StreamRelay(request, name, this, flow, meter, clock, budget, settings, loop)
                : new JsonRelay(request, name, answer.length(), this, flow, meter, clock, budget, settings);
    }

    private void consume(ReadStream<Buffer> body, AnswerRelay taker) {
        body.exceptionHandler(broken -> fail(failureOf(broken)));
        body.endHandler(end -> {
            bodyEnded = true;
            if (tail != null) {
                tail.cancel(); // or it would keep all of this alive until it runs
            }
            judge(() -> {
                taker.end();
                return true;
            });
        });
        body.handler(piece -> judge(() -> taker.take(piece)));
        body.resume();
    }

    /** A step of the relay: whether the answer is now whole. */
    @FunctionalInterface
    private interface Step {
        boolean whole() throws AttemptFailedException;
    }

    private void judge(Step step) {
        if (finished) {
            return; // the tail of an answer that was whole
        }
        try {
            if (step.whole()) {
                succeed();
            }
        } catch (AttemptFailedException e) {
            fail(e);
        } catch (RuntimeException defect) {
            // Ours. It must not leave the attempt, and the worker's slot, hanging until a clock runs out.
            fail(new AttemptFailedException(FailureClass.PROTOCOL, "the relay failed: " + defect));
            throw defect;
        }
    }

    /** Reads a bounded piece of what the worker says and judges by it. */
    private void refused(Forwarder.Answer answer) {
        Optional<Duration> retryAfter = WorkerRefusal.retryAfter(answer.retryAfter());
        Buffer said = Buffer.buffer();
        ReadStream<Buffer> body = answer.body();
        body.exceptionHandler(broken -> fail(WorkerRefusal.of(answer.status(), said.getBytes(), retryAfter)));
        body.endHandler(end -> {
            bodyEnded = true;
            fail(WorkerRefusal.of(answer.status(), said.getBytes(), retryAfter));
        });
        body.handler(piece -> {
            said.appendBuffer(piece);
            if (said.length() > MAX_REFUSAL_BYTES) {
                fail(WorkerRefusal.of(answer.status(), new byte[0], retryAfter));
            }
        });
        body.resume();
    }

    @Override
    public void commit(String contentType) {
        firstContentNanos = OptionalLong.of(loop.nanoTime());
        client.commit(200, withContentType(contentType));
    }

    @Override
    public void answer(String contentType, Buffer body) {
        firstContentNanos = OptionalLong.of(loop.nanoTime());
        client.answer(200, withContentType(contentType), body);
    }

    @Override
    public void whole() {
        answering.whole(meter.usage());
    }

    @Override
    public Optional<String> costUsd() {
        return answering.costUsd(meter.usage());
    }

    private Map<String, String> withContentType(String contentType) {
        Map<String, String> all = answering.headers();
        all.put("content-type", contentType);
        if (request.stream()) {
            all.put("cache-control", "no-cache");
            all.put("x-accel-buffering", "no");
        }
        return all;
    }

    private void clientClosed(boolean early) {
        if (early && !finished) {
            Optional<TokenUsage> partial = meter.any() ? Optional.of(meter.usage()) : Optional.empty();
            finish(new Outcome.Cancelled(elapsed(), partial), Optional.empty(), Optional.empty(), "the client left");
        }
    }

    private void succeed() {
        long first = firstContentNanos.orElse(loop.nanoTime());
        finish(
                new Outcome.Succeeded(Duration.ofNanos(first - startedNanos), elapsed(), meter.usage()),
                Optional.empty(),
                Optional.empty(),
                "");
    }

    private void fail(AttemptFailedException failure) {
        if (finished) {
            return;
        }
        Optional<TokenUsage> partial = meter.any() ? Optional.of(meter.usage()) : Optional.empty();
        Outcome outcome = failure.refusal().isPresent() && !client.committed()
                ? new Outcome.Ignored(failure.refusal().get().status(), elapsed())
                : new Outcome.Failed(failure.failure(), elapsed(), partial);
        finish(outcome, failure.refusal(), failure.retryAfter(), worker.id() + ": " + failure.getMessage());
    }

    private void finish(Outcome outcome, Optional<ApiError> refusal, Optional<Duration> retryAfter, String detail) {
        if (finished) {
            return; // a write can find that the client has gone, amid the step that ended the answer
        }
        finished = true;
        clock.stop();
        if (relay != null) {
            relay.release();
        }
        boolean wholeAnswer = outcome instanceof Outcome.Succeeded || outcome instanceof Outcome.Ignored;
        Forwarder.Call ending = call;
        if (ending != null && !bodyEnded) {
            if (wholeAnswer) {
                if (body != null) {
                    body.resume(); // a slow client may have had it paused
                }
                tail = loop.schedule(TAIL, ending::cancel);
            } else {
                ending.cancel();
            }
        }
        TokenUsage usage = outcome instanceof Outcome.Succeeded || meter.any() ? meter.usage() : TokenUsage.NONE;
        result.complete(new Relay.Result(outcome, usage, firstContentNanos, refusal, retryAfter, detail));
    }

    private Duration elapsed() {
        return Duration.ofNanos(loop.nanoTime() - startedNanos);
    }

    private static AttemptFailedException failureOf(Throwable cause) {
        return cause instanceof AttemptFailedException known
                ? known
                : new AttemptFailedException(FailureClass.RESET, String.valueOf(cause.getMessage()));
    }
}
