package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;

/**
 * What a request is to a worker that it is sent to.
 *
 * @param model as what it is run
 * @param places how many it takes there, at least 1
 * @param demand how many tokens it is expected to ask for
 * @param affinity what the worker will have in its cache
 */
public record Work(ServedModel model, int places, Demand demand, Affinity affinity) {
    /** Of an attempt that was planned for the request. */
    public static Work of(RoutePlan.Attempt attempt, RoutingContext context) {
        return new Work(attempt.model(), context.places(), context.demand(), context.affinity());
    }

    /** Of which no more is known. */
    public static Work of(ServedModel model, int places) {
        return new Work(model, places, Demand.UNKNOWN, Affinity.NONE);
    }
}
