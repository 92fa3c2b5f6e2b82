package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.ResponseCache.CachedAnswer;
import dev.penstock.gateway.pipeline.ResponseCache.Recall;
import dev.penstock.gateway.pipeline.ResponseCache.Turn;
import dev.penstock.routing.Outcome.FailureClass;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Answers from memory: by the very same request; by an equal one that is running, here or at another gateway; by a question
 * that means the same. What is found nowhere is run, and its answer remembered.
 */
final class FromMemory {
    /** Of the time that is left a request waits for another gateway's answer for this part at most, and has the rest for itself. */
    private static final int WAITING_SHARE = 2;

    private static final Duration SOON = Duration.ofMillis(1);

    private final Ports ports;
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    /** What runs now, by what equal requests have in common. No more than requests run. */
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();

    /**
     * A request that runs for all that are equal.
     *
     * @param stream whether it is told as events
     * @param includeUsage and with its usage
     */
    private record Flight(KeptExchange exchange, boolean stream, boolean includeUsage) {
        boolean isTold(InferenceRequest request) {
            return stream == request.stream() && (!stream || includeUsage == request.includeUsage());
        }
    }

    FromMemory(Ports ports, Supplier<PipelineSettings> settings, Loop loop) {
        this.ports = ports;
        this.settings = settings;
        this.loop = loop;
    }

    /**
     * Answers the request, or prepares its being run.
     *
     * @param run has a worker answer it
     */
    Future<String> orElse(Passage passage, Asked asked, Supplier<Future<String>> run) {
        InferenceRequest request = asked.request();
        if (!asked.principal().mayAsk(request.model())) {
            return run.get(); // which is refused
        }
        CacheControl control = passage.arrival.cacheControl();
        Recall recall = ports.cache().recall(asked.principal(), request, control);
        if (!recall.present() || recall.bypass().isPresent()) {
            recall.bypass().ifPresent(reason -> passage.remembered(MemoryNote.bypass(reason)));
            return control.onlyIfCached() ? failed(new GatewayError.NotRemembered()) : run.get();
        }
        passage.remembered(MemoryNote.MISS);
        Optional<CachedAnswer> known = recall.exact();
        if (known.isPresent()) {
            return replay(passage, known.get());
        }
        if (control.onlyIfCached()) {
            return loop.here(recall.similar())
                    .compose(found -> found.isPresent()
                            ? replay(passage, found.get())
                            : failed(new GatewayError.NotRemembered()));
        }
        return recall.flight()
                .map(name -> joined(passage, request, recall, name, run))
                .orElseGet(() -> searched(passage, recall, through(passage, recall), run));
    }

    private KeptExchange through(Passage passage, Recall recall) {
        KeptExchange exchange = new KeptExchange(passage.client, ports.buffers(), recall.maxBytes(), loop);
        exchange.keep(new KeptExchange.Listener() {
            @Override
            public Future<Void> whole(Buffer body) {
                return recall.answered(body, passage.usage(), nanoUsd());
            }

            @Override
            public OptionalLong nanoUsd() {
                return Charge.nanoUsd(passage.charges());
            }

            @Override
            public void failed() {
                recall.unanswered();
            }
        });
        passage.through(exchange);
        return exchange;
    }

    /** With the one that is running, or as the one that runs. */
    private Future<String> joined(
            Passage passage, InferenceRequest request, Recall recall, String name, Supplier<Future<String>> run) {
        Flight running = flights.get(name);
        if (running == null) {
            ClientExchange alone = passage.client;
            KeptExchange exchange = through(passage, recall);
            running = flights.putIfAbsent(name, new Flight(exchange, request.stream(), request.includeUsage()));
            if (running == null) {
                exchange.over()
                        .onComplete(over -> flights.computeIfPresent(
                                name, (same, flight) -> flight.exchange == exchange ? null : flight));
                return lead(passage, request, recall, exchange, run);
            }
            exchange.finish();
            passage.through(alone);
        }
        Flight ahead = running;
        return ahead.isTold(request)
                ? followed(passage, request, recall, ahead, run)
                : afterwards(passage, request, recall, ahead, run);
    }

    private Future<String> afterwards(
            Passage passage, InferenceRequest request, Recall recall, Flight ahead, Supplier<Future<String>> run) {
        return waited(passage, request, ahead.exchange.over())
                .compose(over -> knownOrRun(passage, recall, through(passage, recall), run));
    }

    private Future<String> lead(
            Passage passage,
            InferenceRequest request,
            Recall recall,
            KeptExchange exchange,
            Supplier<Future<String>> run) {
        return loop.here(recall.turn()).compose(turn -> switch (turn) {
            case Turn.Ours ours -> searched(passage, recall, exchange, run);
            case Turn.Theirs theirs ->
                waited(passage, request, theirs.over()).compose(over -> knownOrRun(passage, recall, exchange, run));
        });
    }

    /** Told what the other is told. Where that comes to nothing before anything was said, it is run for itself. */
    private Future<String> followed(
            Passage passage, InferenceRequest request, Recall recall, Flight ahead, Supplier<Future<String>> run) {
        Follower follower = new Follower(
                passage.client,
                ports.buffers(),
                loop,
                settings.get().writeStall(),
                said -> {
                    passage.remembered(MemoryNote.shared(OptionalLong.empty()));
                    passage.replayed();
                    Map<String, String> headers = passage.headers();
                    shaped(headers, said.getOrDefault("content-type", "application/json"));
                    return headers;
                },
                nanoUsd -> {
                    passage.remembered(MemoryNote.shared(nanoUsd));
                    passage.account(ports.settlement(), Passage.OK);
                });
        if (!ahead.exchange.follow(follower)) {
            return afterwards(passage, request, recall, ahead, run);
        }
        return follower.done().compose(ending -> switch (ending) {
            case WHOLE -> Future.succeededFuture(Passage.OK);
            case NOTHING -> knownOrRun(passage, recall, through(passage, recall), run);
            case GONE -> failed(new GatewayError.ClientGone());
            case BROKEN -> brokenOff(passage);
        });
    }

    /** As the one that it followed, and what that was told of the reason it was told too. */
    private Future<String> brokenOff(Passage passage) {
        String result = ErrorAnswer.resultName(
                new GatewayError.UpstreamFailed(FailureClass.RESET, passage.attempts(), Optional.empty()));
        passage.account(ports.settlement(), result);
        passage.client.breakOff();
        return Future.succeededFuture(result);
    }

    /** For as long as there will be time enough left to have it answered. */
    private Future<Void> waited(Passage passage, InferenceRequest request, Future<Void> over) {
        Promise<Void> turn = Promise.promise();
        Duration ours = settings.get().deadline();
        Duration longest = request.constraints()
                .deadline()
                .filter(its -> its.compareTo(ours) < 0)
                .orElse(ours);
        Duration left = longest.minusNanos(loop.nanoTime() - request.receivedNanos());
        Loop.Timer timer = loop.schedule(left.isPositive() ? left.dividedBy(WAITING_SHARE) : SOON, turn::tryComplete);
        passage.client.closed().onComplete(gone -> turn.tryFail(new GatewayException(new GatewayError.ClientGone())));
        loop.here(over).onComplete(done -> turn.tryComplete());
        return turn.future().onComplete(done -> timer.cancel());
    }

    private Future<String> knownOrRun(
            Passage passage, Recall recall, KeptExchange exchange, Supplier<Future<String>> run) {
        Optional<CachedAnswer> known = recall.exact();
        return known.isPresent() ? replay(passage, exchange, known.get()) : run.get();
    }

    private Future<String> searched(
            Passage passage, Recall recall, KeptExchange exchange, Supplier<Future<String>> run) {
        Future<Optional<CachedAnswer>> looking = loop.here(recall.similar());
        if (looking.isComplete() || !recall.speculative()) {
            return looking.compose(found -> found.isPresent() ? replay(passage, exchange, found.get()) : run.get());
        }
        return speculated(passage, exchange, looking, run);
    }

    /** Run at once; what memory finds before its client is told anything takes its place, also where nobody can run it. */
    private Future<String> speculated(
            Passage passage,
            KeptExchange exchange,
            Future<Optional<CachedAnswer>> looking,
            Supplier<Future<String>> run) {
        looking.onSuccess(found -> {
            if (found.isPresent() && !exchange.committed()) {
                exchange.abandon();
            }
        });
        return run.get()
                .compose(result -> exchange.abandoned()
                        ? replayInstead(passage, exchange, looking.result().orElseThrow())
                        : Future.succeededFuture(result))
                .recover(failure -> looking.compose(found -> found.isPresent() && exchange.mayBeAnswered()
                        ? replayInstead(passage, exchange, found.get())
                        : Future.failedFuture(failure)));
    }

    private Future<String> replayInstead(Passage passage, KeptExchange exchange, CachedAnswer answer) {
        exchange.known();
        Map<String, String> headers = told(passage, answer);
        passage.through(exchange.first());
        exchange.answerInstead(headers, answer.body());
        return Future.succeededFuture(Passage.OK);
    }

    private Future<String> replay(Passage passage, KeptExchange exchange, CachedAnswer answer) {
        exchange.known();
        return replay(passage, answer);
    }

    private Future<String> replay(Passage passage, CachedAnswer answer) {
        Map<String, String> headers = told(passage, answer);
        passage.client.answer(200, headers, answer.body());
        return Future.succeededFuture(Passage.OK);
    }

    private Map<String, String> told(Passage passage, CachedAnswer answer) {
        answer.served().run();
        passage.remembered(MemoryNote.hit(answer));
        passage.replayed();
        passage.account(ports.settlement(), Passage.OK);
        Map<String, String> headers = passage.headers();
        shaped(headers, answer.contentType());
        return headers;
    }

    /** Nobody on the way holds a stream back. */
    private static void shaped(Map<String, String> headers, String contentType) {
        headers.put("content-type", contentType);
        if (contentType.startsWith("text/event-stream")) {
            headers.put("cache-control", "no-cache");
            headers.put("x-accel-buffering", "no");
        }
    }

    private static <T> Future<T> failed(GatewayError error) {
        return Future.failedFuture(new GatewayException(error));
    }
}
