package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a plan out, attempt by attempt, until one of them has answered the client or none is left to try. */
final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final Ports ports;
    private final Fleet fleet;
    private final Supplier<PipelineSettings> settings;
    private final Planning planning;
    private final RetryBudget retries;
    private final HedgeBudget hedges = new HedgeBudget();
    private final Attempts attempts;

    Execution(Ports ports, Supplier<PipelineSettings> settings, Loop loop, Planning planning) {
        this.ports = ports;
        this.fleet = ports.fleet();
        this.settings = settings;
        this.planning = planning;
        this.retries = new RetryBudget(settings.get().retryBurst());
        this.attempts = new Attempts(fleet, ports.relay(), loop, hedges, ports.spending());
    }

    /** A request was admitted: it earns its share of a retry and of a hedge. */
    void admitted() {
        retries.earn();
        hedges.earn(settings.get().hedgeShare());
    }

    /** Tries the worker whose lease is taken, and on its failure whoever is next. */
    Future<String> attempt(Passage passage, Asked asked, Placed placed) {
        placed.watching().ifPresent(passage::watched);
        if (placed.escalation().isPresent()) {
            return judged(passage, asked, placed);
        }
        return attempts.run(errand(passage, asked.request(), passage.client, () -> answered(passage, asked)), placed)
                .compose(ended -> ended(passage, asked, ended));
    }

    private Attempts.Errand errand(Passage passage, InferenceRequest request, ClientExchange to, Runnable whole) {
        return new Attempts.Errand(passage, request, to, deadlineNanos(request), whole);
    }

    /** An answer is whole: what it teaches is known before its client can send another request. */
    private void answered(Passage passage, Asked asked) {
        ports.contexts().answered(asked.principal(), asked.request(), passage.usage());
        account(passage);
    }

    private void account(Passage passage) {
        passage.answering(200);
        passage.account(ports.settlement(), Passage.OK);
    }

    private Future<String> ended(Passage passage, Asked asked, Attempts.Ended ended) {
        Relay.Result result = ended.result();
        passage.attempted(result);
        return switch (result.outcome()) {
            case Outcome.Succeeded ok -> Future.succeededFuture(Passage.OK);
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
        Runnable undecided = () -> {}; // whether it is sent is not known before it is weighed
        return attempts.run(errand(passage, request, held, undecided), placed)
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
        return escalated(passage, asked, placed.because(judgement), next)
                .map(Future::succeededFuture)
                .orElseGet(() -> replanned(passage, larger, placed, next))
                .compose(taken -> {
                    passage.escalated();
                    return attempt(passage, larger, taken);
                })
                .recover(failure -> held.whole() && !passage.client.committed() && !isGone(failure)
                        ? sendHeld(passage, placed, held, judgement + ", but nobody larger answered")
                        : Future.failedFuture(failure));
    }

    /**
     * Of the larger workers that were planned none has room: others may. Where it was their price, others are no cheaper
     * for it; and attempts are not without end.
     */
    private Future<Placed> replanned(Passage passage, Asked larger, Placed placed, int next) {
        List<RoutePlan.Attempt> planned = placed.plan().attempts();
        boolean fits = planned.subList(next, planned.size()).stream()
                .anyMatch(attempt -> CostCeiling.allows(placed.context(), attempt, passage.charges()));
        return fits && passage.attempts() < settings.get().maxAttempts()
                ? planning.place(passage, larger)
                : failed(new GatewayError.NoLiveWorker(larger.request().model()));
    }

    private Future<String> sendHeld(Passage passage, Placed placed, HeldAnswer held, String reason) {
        Map<String, String> headers = passage.headersOf(placed.attempt(), placed.policy(), reason);
        passage.replayed();
        account(passage);
        held.send(headers);
        return Future.succeededFuture(Passage.OK);
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof GatewayException known && known.error() instanceof GatewayError.ClientGone;
    }

    /** A place at the next stage, at the first of its workers that has room. */
    private Optional<Placed> escalated(Passage passage, Asked asked, Placed placed, int next) {
        List<RoutePlan.Attempt> planned = placed.plan().attempts();
        for (int i = next; i < planned.size(); i++) {
            boolean fits = CostCeiling.allows(placed.context(), planned.get(i), passage.charges());
            if (fits && attempts.hasRoom(planned.get(i).worker(), asked.request())) {
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
            Optional<Placed> next = next(passage, placed, asked.request(), failure.failure())
                    .map(taken -> taken.because(after(placed, failure.failure())));
            if (next.isPresent()) {
                return attempt(passage, asked, next.get());
            }
            if (costsThePoolNothing(placed.attempt().worker(), failure.failure())) {
                // The plan knew only workers that had room then; one made now may know others.
                return planning.place(passage, asked).compose(fresh -> attempt(passage, asked, fresh));
            }
        }
        return failed(new GatewayError.UpstreamFailed(failure.failure(), passage.attempts(), result.retryAfter()));
    }

    /** Why the next of a plan answers: what was decided, and what came of it. */
    private static String after(Placed failed, FailureClass failure) {
        return failed.plan().reason() + ", after " + failed.attempt().worker().id() + ": "
                + failure.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The plan's next worker that still has room, its lease taken; empty also where the budget allows no further attempt. */
    private Optional<Placed> next(Passage passage, Placed failed, InferenceRequest request, FailureClass failure) {
        List<RoutePlan.Attempt> planned = failed.plan().attempts();
        for (int i = failed.index() + 1; i < planned.size(); i++) {
            boolean takes = attempts.hasRoom(planned.get(i).worker(), request)
                    && CostCeiling.allows(failed.context(), planned.get(i), passage.charges());
            boolean free = failure == FailureClass.DECLINED
                    || costsThePoolNothing(failed.attempt().worker(), failure);
            if (takes && (free || retries.trySpend())) {
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

    private static <T> Future<T> failed(GatewayError error) {
        return Future.failedFuture(new GatewayException(error));
    }
}
