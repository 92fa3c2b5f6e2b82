package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutePlan.Start;
import dev.penstock.routing.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A place at a worker of a plan and where to go on from there, or why there is none. */
sealed interface Placement {
    /**
     * A place that is taken.
     *
     * @param index which attempt of the plan it is
     * @param context of the decision
     * @param watching who is to be told how the request ended
     */
    record Placed(
            String policy,
            RoutePlan plan,
            int index,
            RoutingContext context,
            WorkerLease lease,
            Optional<Settlement> watching)
            implements Placement {
        RoutePlan.Attempt attempt() {
            return plan.attempts().get(index);
        }

        /** Another attempt of the same plan. */
        Placed at(int other, WorkerLease taken) {
            return new Placed(policy, plan, other, context, taken, Optional.empty());
        }

        /** The same, for another reason. */
        Placed because(String reason) {
            return new Placed(policy, new RoutePlan(plan.attempts(), reason), index, context, lease, watching);
        }

        /** The attempt that follows if the answer of this one is not good enough; empty where it is sent as it is. */
        OptionalInt escalation() {
            List<RoutePlan.Attempt> attempts = plan.attempts();
            for (int i = index + 1; i < attempts.size(); i++) {
                if (attempts.get(i).start() instanceof Start.Escalation) {
                    return OptionalInt.of(i);
                }
            }
            return OptionalInt.empty();
        }
    }

    record Refused(NoCandidate reason) implements Placement {}

    /** The plan was older than the pool. */
    record Stale() implements Placement {}
}
