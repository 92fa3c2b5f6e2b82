package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.Drain;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request, from the reading of its head to the settling of its bill. {@link #serve} is the whole story;
 * the stages below it stand in its order.
 *
 * <p>One instance serves all event loops. A request stays on the loop it came in on.
 */
public final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final int MOST_STALE_PLANS = 1000;

    private final Ports ports;
    private final Fleet fleet;
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    private final Drain drain;
    private final RandomGenerator random;

    private final ModelQueues<Placement> queues;
    private final RetryBudget retries;
    private final HedgeBudget hedges = new HedgeBudget();
    private final Attempts attempts;

    /**
     * A pipeline over its ports.
     *
     * @param drain counts the requests in; once it drains, new ones are refused
     * @param settings the numbers that hold at the moment; asked for each request
     * @param random where policies draw from; used under a lock, hence need not be thread safe
     */
    public Pipeline(Ports ports, Supplier<PipelineSettings> settings, Loop loop, Drain drain, RandomGenerator random) {
        this.ports = ports;
        this.fleet = ports.fleet();
        this.settings = settings;
        this.loop = loop;
        this.drain = drain;
        this.random = random;
        this.queues = new ModelQueues<>(settings, loop);
        this.retries = new RetryBudget(settings.get().retryBurst());
        this.attempts = new Attempts(fleet, ports.relay(), loop, hedges);
        fleet.onRoom(queues::room);
    }

    /** Whether clients are to go elsewhere with their next request, since this process ends. */
    public boolean leaving() {
        return drain.leaving();
    }

    /** How many requests wait for room at a worker that serves the model. */
    public int waiting(ModelId model) {
        return queues.waiting(model);
    }

    /**
     * Serves a request to its end: answered, refused, broken off or abandoned. Settles it exactly once. The future completes
     * then, and never fails.
     */
    public Future<Void> serve(Arrival arrival, ClientExchange client) {
        Passage passage = new Passage(arrival, client, loop);
        Drain.Ticket ticket = drain.enter();
        return accept().compose(open -> authenticate(passage))
                .compose(principal -> decode(passage, principal))
                .compose(asked -> admit(passage, asked))
                .compose(asked -> lookUp(asked)
                        .compose(stored -> stored.isPresent()
                                ? replay(passage, stored.get())
                                : resolve(asked).compose(known -> place(passage, known)
                                        .compose(placed -> attempt(passage, known, placed)))))
                .recover(failure -> refuse(passage, failure))
                .compose(result -> delivered(passage, result))
                .transform(result -> settle(passage, result))
                .onComplete(settled -> ticket.close());
    }

    private Future<Void> accept() {
        return drain.accepting() ? Future.succeededFuture() : failed(new GatewayError.Draining());
    }

    private Future<Principal> authenticate(Passage passage) {
        return loop.here(ports.authenticator().authenticate(passage.arrival.credentials()))
                .map(principal -> {
                    passage.authenticated(principal);
                    return principal;
                });
    }

    /** What the gateway, the key and the request itself demand holds together from here on. */
    private Future<Asked> decode(Passage passage, Principal principal) {
        return loop.here(passage.arrival.decode().get()).map(decoded -> {
            InferenceRequest request = decoded.within(principal.constraints())
                    .within(settings.get().constraints());
            passage.decoded(request);
            return new Asked(principal, request);
        });
    }

    private Future<Asked> admit(Passage passage, Asked asked) {
        return loop.here(ports.admission().admit(asked.principal(), asked.request()))
                .compose(decision -> switch (decision) {
                    case AdmissionDecision.Admitted admitted -> {
                        passage.admitted(admitted.lease(), admitted.limit());
                        retries.earn();
                        hedges.earn(settings.get().hedgeShare());
                        yield Future.succeededFuture(asked);
                    }
                    case AdmissionDecision.Rejected rejected -> {
                        passage.limited(rejected.limit());
                        yield failed(new GatewayError.RateLimited(
                                rejected.reason(), rejected.retryAfter(), rejected.limit()));
                    }
                });
    }

    private Future<Optional<ResponseCache.CachedAnswer>> lookUp(Asked asked) {
        return loop.here(ports.cache().lookup(asked.principal(), asked.request()));
    }

    private Future<String> replay(Passage passage, ResponseCache.CachedAnswer stored) {
        Map<String, String> headers = passage.headers();
        headers.put("content-type", stored.contentType());
        answer(passage, 200, headers, stored.body());
        return Future.succeededFuture("ok");
    }

    /** The models that the name stands for. */
    private Future<Asked> resolve(Asked asked) {
        return loop.here(ports.models().resolve(asked.principal(), asked.request()))
                .map(asked::as);
    }

    /** Waits for room and takes it: a plan whose first worker already counts this request. */
    private Future<Placed> place(Passage passage, Asked asked) {
        if (passage.client.closed().isComplete()) {
            return failed(new GatewayError.ClientGone());
        }
        long since = loop.nanoTime();
        return queues.take(asked.request(), () -> tryPlace(asked), passage.client.closed())
                .onComplete(done -> passage.queued(loop.nanoTime() - since))
                .compose(placement -> switch (placement) {
                    case Placed placed -> Future.succeededFuture(placed);
                    case Placement.Refused refused -> failed(refusal(asked, refused.reason()));
                    case Placement.Stale stale -> throw new IllegalStateException("a stale plan is made again");
                });
    }

    /**
     * Empty: every worker that could is busy. One that left or moved between the reading and the taking is planned for anew;
     * the directory may be some microseconds behind, and is not waited for for ever.
     */
    private Optional<Placement> tryPlace(Asked asked) {
        for (int plans = 0; plans < MOST_STALE_PLANS; plans++) {
            Optional<Placement> placement = plan(asked);
            if (placement.filter(found -> found instanceof Placement.Stale).isEmpty()) {
                return placement;
            }
            Thread.onSpinWait();
        }
        return Optional.of(new Placement.Refused(
                new NoCandidate.NoLiveWorker(asked.request().model())));
    }

    private Optional<Placement> plan(Asked asked) {
        InferenceRequest request = asked.request();
        // Of each decision its own: it can be made again from the seed.
        long seed = random.nextLong();
        RoutingContext context = ports.contexts()
                .of(
                        asked.principal(),
                        request,
                        settings.get().maxAttempts(),
                        loop.nanoTime(),
                        new SplittableRandom(seed))
                .withTiers(asked.resolution().allTiers());
        NamedPolicy policy = ports.policy().get();
        Directory directory = fleet.directory();
        LoadView load = fleet.load();
        RoutingPolicy deciding = policy.deciding(request, asked.resolution(), settings.get());
        return switch (deciding.select(context, directory, load)) {
            case RoutePlan plan -> {
                RoutePlan.Attempt first = plan.attempts().getFirst();
                Optional<Settlement> watching = ports.decisions()
                        .decided(new DecisionWatch.Decision(request, policy, seed, context, directory, load, plan));
                Optional<Placement> placed = fleet.dispatch(first.worker(), Work.of(first, context))
                        .map(lease -> new Placed(policy.name(), plan, 0, context, lease, watching));
                yield placed.isPresent() ? placed : Optional.of(new Placement.Stale());
            }
            case NoCandidate.AllBusy busy -> Optional.empty();
            case NoCandidate reason -> Optional.of(new Placement.Refused(reason));
        };
    }

    /** What a name stands for is there, though nobody may serve it now, and is not the client's to know. */
    private GatewayError refusal(Asked asked, NoCandidate reason) {
        ModelId name = asked.request().model();
        return switch (reason) {
            case NoCandidate.UnknownModel early
            when fleet.settling() || !early.model().equals(name) -> new GatewayError.NoLiveWorker(name);
            case NoCandidate.UnknownModel unknown ->
                new GatewayError.UnknownModel(
                        unknown.model(),
                        NearestModels.of(
                                unknown.model(),
                                fleet.directory().models().stream()
                                        .filter(asked.principal()::mayAsk)
                                        .toList()));
            case NoCandidate.MissingCapability missing ->
                new GatewayError.MissingCapability(name, missing.capability());
            case NoCandidate.NoLiveWorker dead -> new GatewayError.NoLiveWorker(name);
            case NoCandidate.Constrained early when fleet.settling() -> new GatewayError.NoLiveWorker(name);
            case NoCandidate.Constrained constrained -> new GatewayError.Constrained(constrained);
            case NoCandidate.AllBusy busy -> throw new IllegalStateException("who is busy is waited for: " + busy);
        };
    }

    /** Tries the worker whose lease is taken, and on its failure whoever is next. */
    private Future<String> attempt(Passage passage, Asked asked, Placed placed) {
        placed.watching().ifPresent(passage::watched);
        if (placed.escalation().isPresent()) {
            return judged(passage, asked, placed);
        }
        return attempts.run(errand(passage, asked.request(), passage.client), placed)
                .compose(ended -> ended(passage, asked, ended));
    }

    private Attempts.Errand errand(Passage passage, InferenceRequest request, ClientExchange to) {
        return new Attempts.Errand(passage, request, to, deadlineNanos(request));
    }

    private Future<String> ended(Passage passage, Asked asked, Attempts.Ended ended) {
        Relay.Result result = ended.result();
        passage.attempted(result);
        return switch (result.outcome()) {
            case Outcome.Succeeded ok -> {
                ports.contexts().answered(asked.principal(), asked.request(), result.usage());
                yield Future.succeededFuture("ok");
            }
            case Outcome.Cancelled gone -> failed(new GatewayError.ClientGone());
            case Outcome.LostHedge lost -> throw new IllegalStateException("a race is decided by who did not lose it");
            case Outcome.Ignored refused ->
                failed(new GatewayError.UpstreamRefused(result.refusal().orElseThrow()));
            case Outcome.Failed failure -> afterFailure(passage, asked, ended.placed(), failure, result);
        };
    }

    /** A stage of a cascade: its answer is held until it is whole, and sent only where it is confident enough. */
    private Future<String> judged(Passage passage, Asked asked, Placed placed) {
        boolean theirs = asked.request().required().contains(Capability.LOGPROBS);
        InferenceRequest request = theirs ? asked.request() : asked.request().askingLogprobs();
        HeldAnswer held = new HeldAnswer(passage.client, ports.buffers(), !theirs);
        return attempts.run(errand(passage, request, held), placed)
                .compose(ended -> held.whole() || held.overflowed()
                        ? weigh(passage, asked, ended, held)
                        : ended(passage, asked, ended))
                .onComplete(done -> passage.client.closed().onComplete(closed -> held.release()));
    }

    private Future<String> weigh(Passage passage, Asked asked, Attempts.Ended ended, HeldAnswer held) {
        passage.attempted(ended.result());
        Placed placed = ended.placed();
        int next = placed.escalation().orElseThrow();
        double least = Escalations.minConfidence(placed, next);
        OptionalDouble confidence = held.whole() ? held.confidence() : OptionalDouble.empty();
        String judgement = Escalations.reason(confidence, least);
        if (confidence.isPresent() && confidence.getAsDouble() >= least) {
            ports.contexts()
                    .answered(asked.principal(), asked.request(), ended.result().usage());
            return sendHeld(passage, placed, held, judgement);
        }
        Asked larger = asked.as(asked.resolution()
                .from(placed.plan().attempts().get(next).model().id()));
        return escalated(asked, placed.because(judgement), next)
                .map(Future::succeededFuture)
                .orElseGet(() -> place(passage, larger))
                .compose(taken -> attempt(passage, larger, taken))
                .recover(failure -> held.whole() && !passage.client.committed() && !isGone(failure)
                        ? sendHeld(passage, placed, held, judgement + ", but nobody larger answered")
                        : Future.failedFuture(failure));
    }

    private Future<String> sendHeld(Passage passage, Placed placed, HeldAnswer held, String reason) {
        held.send(passage.headersOf(placed.attempt(), placed.policy(), reason));
        passage.replayed();
        return Future.succeededFuture("ok");
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof GatewayException known && known.error() instanceof GatewayError.ClientGone;
    }

    /** A place at the next stage, at the first of its workers that has room. */
    private Optional<Placed> escalated(Asked asked, Placed placed, int next) {
        List<RoutePlan.Attempt> planned = placed.plan().attempts();
        for (int i = next; i < planned.size(); i++) {
            if (attempts.hasRoom(planned.get(i).worker(), asked.request())) {
                Optional<Placed> taken = attempts.take(placed, i);
                if (taken.isPresent()) {
                    return taken;
                }
            }
        }
        return Optional.empty();
    }

    /** When the request must be over: by the gateway's clock, or sooner where its own constraints say so. */
    private long deadlineNanos(InferenceRequest request) {
        Duration ours = settings.get().deadline();
        Duration longest = request.constraints()
                .deadline()
                .filter(its -> its.compareTo(ours) < 0)
                .orElse(ours);
        return request.receivedNanos() + longest.toNanos();
    }

    private Future<String> afterFailure(
            Passage passage, Asked asked, Placed placed, Outcome.Failed failure, Relay.Result result) {
        LOG.atInfo()
                .addKeyValue("request_id", passage.arrival.id())
                .addKeyValue("attempt", passage.attempts())
                .log("attempt failed: {}", result.detail());
        boolean again = !passage.client.committed()
                && failure.failure() != FailureClass.DEADLINE
                && passage.attempts() < settings.get().maxAttempts();
        if (again) {
            Optional<Placed> next = next(placed, asked.request(), failure.failure());
            if (next.isPresent()) {
                return attempt(passage, asked, next.get());
            }
            if (costsThePoolNothing(placed.attempt().worker(), failure.failure())) {
                // The plan knew only workers that had room then; one made now may know others.
                return place(passage, asked).compose(fresh -> attempt(passage, asked, fresh));
            }
        }
        return failed(new GatewayError.UpstreamFailed(failure.failure(), passage.attempts(), result.retryAfter()));
    }

    /** The plan's next worker that still has room, its lease taken; empty also where the budget allows no further attempt. */
    private Optional<Placed> next(Placed failed, InferenceRequest request, FailureClass failure) {
        List<RoutePlan.Attempt> planned = failed.plan().attempts();
        for (int i = failed.index() + 1; i < planned.size(); i++) {
            boolean takes = attempts.hasRoom(planned.get(i).worker(), request);
            if (takes && (costsThePoolNothing(failed.attempt().worker(), failure) || retries.trySpend())) {
                Optional<Placed> taken = attempts.take(failed, i);
                if (taken.isPresent()) {
                    return taken;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A request that reached nobody, or whose worker died or has been taken out since, loads no worker twice: retrying it
     * needs no budget. All who waited at a worker that fell silent fail at once, and nobody else has their load.
     */
    private boolean costsThePoolNothing(Worker worker, FailureClass failure) {
        return failure == FailureClass.CONNECT
                || failure == FailureClass.RESET
                || !fleet.load().available(worker.slot());
    }

    /** Tells the client, as the state of its answer allows: a status, an error frame, or a broken body. */
    private Future<String> refuse(Passage passage, Throwable failure) {
        GatewayError error = errorOf(passage, failure);
        ApiError told = ErrorAnswer.of(error);
        if (error instanceof GatewayError.ClientGone) {
            passage.client.reset();
        } else if (!passage.client.committed()) {
            Map<String, String> headers = passage.headers();
            headers.putAll(ErrorAnswer.headers(told));
            answer(passage, told.status(), headers, ErrorAnswer.body(told));
        } else {
            if (passage.streaming()) {
                passage.client.write(Buffer.buffer(told.toSseFrame()));
            }
            passage.client.breakOff();
        }
        return Future.succeededFuture(ErrorAnswer.resultName(error));
    }

    private static GatewayError errorOf(Passage passage, Throwable failure) {
        if (failure instanceof GatewayException known) {
            return known.error();
        }
        LOG.atError()
                .addKeyValue("request_id", passage.arrival.id())
                .setCause(failure)
                .log("internal error");
        return new GatewayError.Internal();
    }

    private static void answer(Passage passage, int status, Map<String, String> headers, Buffer body) {
        passage.answering(status);
        passage.client.answer(status, headers, body);
    }

    /** Waits until the client has taken all of it, or has left, or takes nothing for too long. */
    private Future<String> delivered(Passage passage, String result) {
        Future<Boolean> closed = passage.client.closed();
        if (closed.isComplete()) {
            return Future.succeededFuture(closed.result() ? "client_gone" : result);
        }
        Loop.Timer stall = loop.schedule(settings.get().writeStall(), passage.client::reset);
        return closed.onComplete(done -> stall.cancel()).map(gone -> gone ? "client_gone" : result);
    }

    private Future<Void> settle(Passage passage, AsyncResult<String> result) {
        if (result.failed()) {
            LOG.atError()
                    .addKeyValue("request_id", passage.arrival.id())
                    .setCause(result.cause())
                    .log("internal error");
            passage.client.reset();
        }
        ports.settlement().settle(passage.settle(result.succeeded() ? result.result() : "internal"));
        return Future.succeededFuture();
    }

    private static <T> Future<T> failed(GatewayError error) {
        return Future.failedFuture(new GatewayException(error));
    }
}
