package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Plans requests, and takes the place that a plan begins with; waits for room where there is none. */
final class Planning {
    private static final int MOST_STALE_PLANS = 1000;

    private final Ports ports;
    private final Fleet fleet;
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    private final RandomGenerator random;
    private final QueueCounts counts = new QueueCounts();
    private final ModelQueues<Placement> queues;

    /**
     * Over the ports of the pipeline.
     *
     * @param random where policies draw from; used under the lock of a queue, hence need not be thread safe
     */
    Planning(Ports ports, Supplier<PipelineSettings> settings, Loop loop, RandomGenerator random) {
        this.ports = ports;
        this.fleet = ports.fleet();
        this.settings = settings;
        this.loop = loop;
        this.random = random;
        this.queues = new ModelQueues<>(settings, loop, counts);
        fleet.onRoom(queues::room);
    }

    /** How many requests wait for room at a worker that serves the model. */
    int waiting(ModelId model) {
        return queues.waiting(model);
    }

    /** How many wait, and wait in vain. */
    QueueCounts counts() {
        return counts;
    }

    /** A request has ended: what it took of room that others waited for is known now. */
    void settle(Passage passage) {
        passage.share().ifPresent(share -> queues.settle(share, Charge.usage(passage.charges())));
    }

    /** Its part in what its tenant gets of what others wait for. */
    Share share(Asked asked) {
        return Share.of(
                asked.principal(), () -> context(asked, new SplittableRandom(0)).demand());
    }

    private RoutingContext context(Asked asked, RandomGenerator random) {
        return ports.contexts()
                .of(asked.principal(), asked.request(), settings.get().maxAttempts(), loop.nanoTime(), random);
    }

    /** Waits for room and takes it: a plan whose first worker already counts this request. */
    Future<Placed> place(Passage passage, Asked asked) {
        if (passage.client.closed().isComplete()) {
            return Future.failedFuture(new GatewayException(new GatewayError.ClientGone()));
        }
        long since = loop.nanoTime();
        Share share = passage.sharing(() -> share(asked));
        return queues.take(share, asked.request(), () -> tryPlace(asked, passage.charges()), passage.client.closed())
                .onComplete(done -> passage.queued(loop.nanoTime() - since))
                .compose(placement -> switch (placement) {
                    case Placed placed -> Future.succeededFuture(placed);
                    case Placement.Refused refused ->
                        Future.failedFuture(new GatewayException(refusal(asked, refused.reason())));
                    case Placement.Stale stale -> throw new IllegalStateException("a stale plan is made again");
                });
    }

    /**
     * Empty: every worker that could is busy. One that left or moved between the reading and the taking is planned for anew;
     * the directory may be some microseconds behind, and is not waited for for ever.
     */
    private Optional<Placement> tryPlace(Asked asked, List<Charge> charged) {
        for (int plans = 0; plans < MOST_STALE_PLANS; plans++) {
            Optional<Placement> placement = plan(asked, charged);
            if (placement.filter(found -> found instanceof Placement.Stale).isEmpty()) {
                return placement;
            }
            Thread.onSpinWait();
        }
        return Optional.of(new Placement.Refused(
                new NoCandidate.NoLiveWorker(asked.request().model())));
    }

    private Optional<Placement> plan(Asked asked, List<Charge> charged) {
        InferenceRequest request = asked.request();
        // Of each decision its own: it can be made again from the seed.
        long seed = random.nextLong();
        RoutingContext context = context(asked, new SplittableRandom(seed))
                .withTiers(asked.resolution().allTiers());
        NamedPolicy policy = ports.policy().get();
        Directory directory = request.hops().relayed() ? fleet.nearest() : fleet.directory();
        LoadView load = fleet.load();
        RoutingPolicy deciding = policy.deciding(request, asked.resolution(), settings.get());
        return switch (deciding.select(context, directory, load)) {
            case RoutePlan dear
            when !charged.isEmpty()
                    && !CostCeiling.allows(context, dear.attempts().getFirst(), charged) ->
                Optional.of(new Placement.Refused(tooDear(context)));
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

    /** Of what it may cost, too little is left after what was tried. */
    private static NoCandidate tooDear(RoutingContext context) {
        return new NoCandidate.Constrained(
                context.model(),
                "max-cost",
                "max-cost-usd is " + context.constraints().maxCostUsd().orElseThrow()
                        + "; what was tried leaves too little of it for another",
                NoCandidate.Kind.TOO_EXPENSIVE);
    }

    /** What a name stands for is there, though nobody may serve it now, and is not the client's to know. */
    private GatewayError refusal(Asked asked, NoCandidate reason) {
        ModelId name = asked.request().model();
        return switch (reason) {
            case NoCandidate.UnknownModel early
            when fleet.mayComeUp(early.model()) || !early.model().equals(name) -> new GatewayError.NoLiveWorker(name);
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
}
