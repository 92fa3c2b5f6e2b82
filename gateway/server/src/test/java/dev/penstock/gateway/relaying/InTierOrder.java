package dev.penstock.gateway.relaying;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.ArrayList;
import java.util.List;

/** Tier by tier, and in each by worker id, whoever lives, has room and can do it; each is expected to take no time at all. */
final class InTierOrder implements RoutingPolicy {
    private static final RoutePlan.Estimate AT_ONCE = new RoutePlan.Estimate(0.5, 0, 0, 0);

    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        List<RoutePlan.Attempt> attempts = new ArrayList<>();
        boolean busy = false;
        for (List<ModelChoice> tier : context.tiers()) {
            for (ModelChoice choice : tier) {
                for (Worker worker : directory.serving(choice.model())) {
                    ServedModel served = worker.model(choice.model()).orElseThrow();
                    boolean fits = load.available(worker.slot())
                            && served.capabilities().containsAll(context.required())
                            && context.constraints().permits(worker.site());
                    busy |= fits && !load.hasRoom(worker, context.places());
                    if (fits && load.hasRoom(worker, context.places()) && attempts.size() < context.maxAttempts()) {
                        attempts.add(new RoutePlan.Attempt(
                                worker,
                                served,
                                RoutePlan.Start.AFTER_FAILURE,
                                RoutePlan.Transform.NONE,
                                Permit.of(context.constraints(), worker).orElseThrow(),
                                AT_ONCE));
                    }
                }
            }
        }
        if (!attempts.isEmpty()) {
            return new RoutePlan(attempts, "in-tier-order");
        }
        return busy ? new NoCandidate.AllBusy(context.model()) : new NoCandidate.NoLiveWorker(context.model());
    }
}
