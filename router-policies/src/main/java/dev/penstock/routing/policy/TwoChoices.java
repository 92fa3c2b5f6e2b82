package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.Permit;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The power of two choices: of two workers drawn at random, the one with fewer outstanding requests for its capacity,
 * {@code (outstanding + 1) / capacity}. Outstanding is what this gateway has in flight and what the worker last reported
 * beyond that, so that several gateways on one pool see one another. Each later attempt of the plan is drawn the same way
 * from those not yet in it.
 *
 * <p>Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
 */
public final class TwoChoices implements RoutingPolicy {

    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        Eligibility eligibility = Eligibility.of(context, directory, load);
        if (eligibility.refusal().isPresent()) {
            return eligibility.refusal().get();
        }
        List<Worker> remaining = new ArrayList<>(eligibility.candidates());
        int attempts = Math.min(context.maxAttempts(), remaining.size());
        List<RoutePlan.Attempt> plan = new ArrayList<>(attempts);
        while (plan.size() < attempts) {
            Worker worker = remaining.remove(draw(remaining, load, context.random()));
            plan.add(new RoutePlan.Attempt(
                    worker,
                    worker.model(context.model()).orElseThrow(),
                    RoutePlan.Start.AFTER_FAILURE,
                    RoutePlan.Transform.NONE,
                    Permit.of(context.constraints(), worker).orElseThrow(),
                    RoutePlan.Estimate.UNKNOWN));
        }
        return new RoutePlan(plan, "two-choices");
    }

    private static int draw(List<Worker> workers, LoadView load, RandomGenerator random) {
        if (workers.size() == 1) {
            return 0;
        }
        int first = random.nextInt(workers.size());
        int second = random.nextInt(workers.size() - 1);
        if (second >= first) {
            second++;
        }
        return fill(workers.get(second), load) < fill(workers.get(first), load) ? second : first;
    }

    private static double fill(Worker worker, LoadView load) {
        return (load.inFlight(worker.slot()) + 1.0 + load.foreignLoad(worker.slot())) / worker.capacity();
    }
}
