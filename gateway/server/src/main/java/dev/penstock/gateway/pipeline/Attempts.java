package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Start;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Runs attempts of a plan: one, or two that race where the plan has a hedge. */
final class Attempts {
    private final Fleet fleet;
    private final Relay relay;
    private final Loop loop;
    private final HedgeBudget hedges;
    private final Spending spending;

    /**
     * How an attempt, or a race of two, ended.
     *
     * @param placed the one that decided; of a race that both lost, the later
     */
    record Ended(Placed placed, Relay.Result result) {}

    /**
     * What all attempts at one request have in common.
     *
     * @param request as it is sent, but for the model's name
     * @param to where the answer goes
     * @param deadlineNanos when it must be over
     * @param whole what is done once an answer is whole, before the last of it is sent
     */
    record Errand(Passage passage, InferenceRequest request, ClientExchange to, long deadlineNanos, Runnable whole) {}

    Attempts(Fleet fleet, Relay relay, Loop loop, HedgeBudget hedges, Spending spending) {
        this.fleet = fleet;
        this.relay = relay;
        this.loop = loop;
        this.hedges = hedges;
        this.spending = spending;
    }

    /** Runs the attempt whose place is taken. Fails where a budget does not allow it, and by a defect. */
    Future<Ended> run(Errand errand, Placed placed) {
        Principal principal = errand.passage().principal();
        RoutePlan.Attempt attempt = placed.attempt();
        return spending.reserve(principal, attempt.model().id(), most(errand, placed.context(), attempt))
                .onFailure(refused -> placed.lease().end(new Outcome.Ignored(0, Duration.ZERO)))
                .compose(reservation -> run(errand, placed, reservation));
    }

    private Spending.Most most(Errand errand, RoutingContext context, RoutePlan.Attempt attempt) {
        double left = Math.max(0, errand.deadlineNanos() - loop.nanoTime()) / 1e9;
        return CostCeiling.most(context, attempt, left);
    }

    private Future<Ended> run(Errand errand, Placed placed, Spending.Reservation reservation) {
        List<RoutePlan.Attempt> attempts = placed.plan().attempts();
        int next = placed.index() + 1;
        if (next < attempts.size() && attempts.get(next).start() instanceof Start.Hedge hedge) {
            return new HedgeRace(this, loop, errand, placed, reservation, hedge.delay()).run();
        }
        return one(errand, placed, reservation, UnaryOperator.identity()).map(result -> new Ended(placed, result));
    }

    /**
     * Runs one attempt and ends its lease.
     *
     * @param reservation what is set aside for it
     * @param seenAs what its result is to everybody
     */
    Future<Relay.Result> one(
            Errand errand, Placed placed, Spending.Reservation reservation, UnaryOperator<Relay.Result> seenAs) {
        RoutePlan.Attempt attempt = placed.attempt();
        Passage passage = errand.passage();
        passage.attempting(attempt, placed.policy(), placed.plan().reason());
        Course course = new Course(errand, placed, reservation);
        return Future.succeededFuture()
                .compose(go -> relay.relay(
                        attempt,
                        errand.request().as(attempt.model().id()),
                        errand.to(),
                        course,
                        errand.deadlineNanos()))
                .onFailure(defect -> {
                    placed.lease().end(new Outcome.Ignored(0, Duration.ZERO));
                    reservation.settle(Optional.empty());
                })
                .map(ended -> {
                    Relay.Result result = seenAs.apply(ended);
                    course.charge(used(result, placed));
                    placed.lease().end(result.outcome());
                    return result;
                });
    }

    /**
     * What one that was cancelled used it does not say: it had the prompt, and what was seen of the answer.
     */
    private static TokenUsage used(Relay.Result result, Placed placed) {
        TokenUsage told = result.usage();
        boolean cancelled =
                result.outcome() instanceof Outcome.LostHedge || result.outcome() instanceof Outcome.Cancelled;
        return cancelled && told.promptTokens() == 0
                ? new TokenUsage(Math.round(placed.context().demand().promptTokens()), told.completionTokens(), 0, true)
                : told;
    }

    /** One attempt as far as it has come. Charged once: when its answer is whole, or else when it has ended. */
    private final class Course implements Relay.Answering {
        private final Errand errand;
        private final Placed placed;
        private final Spending.Reservation reservation;
        private final long startedNanos = loop.nanoTime();
        private boolean charged;

        Course(Errand errand, Placed placed, Spending.Reservation reservation) {
            this.errand = errand;
            this.placed = placed;
            this.reservation = reservation;
        }

        /** They are asked for with the first content of an answer: of a stream, that is its first token. */
        @Override
        public Map<String, String> headers() {
            if (errand.request().stream()) {
                placed.lease().firstToken();
            }
            return errand.passage()
                    .headersOf(placed.attempt(), placed.policy(), placed.plan().reason());
        }

        @Override
        public void whole(TokenUsage usage) {
            charge(usage);
            errand.passage().whole(usage);
            errand.whole().run();
        }

        @Override
        public Optional<String> costUsd(TokenUsage usage) {
            charge(usage);
            return errand.passage().costUsd();
        }

        void charge(TokenUsage usage) {
            if (charged) {
                return;
            }
            charged = true;
            int slot = placed.attempt().worker().slot();
            int sharing = fleet.load().inFlight(slot) + fleet.load().foreignLoad(slot);
            Duration busy = Duration.ofNanos(loop.nanoTime() - startedNanos);
            errand.passage().used(placed.attempt(), usage, busy, sharing, reservation);
        }
    }

    /** A hedge that may run: its place, and what is set aside for it. */
    record Hedge(Placed placed, Spending.Reservation reservation) {}

    /** The hedge that follows, if it may run, there is room for it and it may cost what it may cost. */
    Optional<Hedge> hedge(Placed first, Errand errand) {
        int index = first.index() + 1;
        Passage passage = errand.passage();
        RoutePlan.Attempt second = first.plan().attempts().get(index);
        boolean may = hasRoom(second.worker(), errand.request())
                && CostCeiling.allowsBeside(first, second, passage.charges());
        if (!may) {
            return Optional.empty();
        }
        return spending.tryReserve(passage.principal(), second.model().id(), most(errand, first.context(), second))
                .flatMap(reservation -> {
                    Optional<Placed> taken = hedges.trySpend() ? take(first, index) : Optional.empty();
                    if (taken.isEmpty()) {
                        reservation.settle(Optional.empty());
                    }
                    return taken.map(
                            placed -> new Hedge(placed.because(first.plan().reason() + ", hedged"), reservation));
                });
    }

    boolean hasRoom(Worker worker, InferenceRequest request) {
        LoadView load = fleet.load();
        return load.available(worker.slot()) && load.hasRoom(worker, request.places());
    }

    Optional<Placed> take(Placed from, int index) {
        RoutePlan.Attempt attempt = from.plan().attempts().get(index);
        Optional<WorkerLease> lease = fleet.dispatch(attempt.worker(), Work.of(attempt, from.context()));
        return lease.map(taken -> from.at(index, taken));
    }
}
