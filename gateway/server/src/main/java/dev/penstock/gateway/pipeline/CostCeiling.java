package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import java.util.Collection;
import java.util.OptionalDouble;

/**
 * Whether a further attempt fits under what a request may cost. A plan holds attempts each of which fits alone; one that
 * comes beside or after others must fit with what those have cost, or may. What is not known does not fit.
 */
final class CostCeiling {
    /** Of sums of prices. */
    private static final double ROUNDING = 1e-9;

    private CostCeiling() {}

    /** Whether an attempt may follow attempts that are over and were charged so much. */
    static boolean allows(RoutingContext context, RoutePlan.Attempt next, Collection<Charge> charged) {
        return allows(context, next, charged, 0);
    }

    /** Whether an attempt may run beside one that runs now. */
    static boolean allowsBeside(Placed running, RoutePlan.Attempt next, Collection<Charge> charged) {
        RoutingContext context = running.context();
        return allows(context, next, charged, most(context, running.attempt()));
    }

    private static boolean allows(
            RoutingContext context, RoutePlan.Attempt next, Collection<Charge> charged, double running) {
        OptionalDouble ceiling = context.constraints().maxCostUsd();
        if (ceiling.isEmpty()) {
            return true;
        }
        double spent = charged.isEmpty() ? 0 : Charge.total(charged).orElse(Double.NaN);
        return spent + running + most(context, next) <= ceiling.getAsDouble() * (1 + ROUNDING); // never of NaN
    }

    /** The whole prompt, in no cache, and all that may be generated; the time that it is expected to take. */
    private static double most(RoutingContext context, RoutePlan.Attempt attempt) {
        return most(context, attempt, Double.NaN).usd();
    }

    /**
     * The same, in dollars and in tokens.
     *
     * @param longest how many seconds it may take, where it is not known how many it is expected to
     */
    static Spending.Most most(RoutingContext context, RoutePlan.Attempt attempt, double longest) {
        Demand demand = context.demand();
        double output = context.operation() == Operation.EMBEDDING
                ? 0
                : demand.boundedTokens(attempt.model().contextTokens()) * context.places();
        double tokens = demand.promptTokens() + output;
        if (attempt.model().price().isEmpty()) {
            return new Spending.Most(Double.NaN, tokens);
        }
        Price price = attempt.model().price().get();
        double busy = Double.isNaN(attempt.estimate().p95Seconds())
                ? attempt.estimate().seconds()
                : attempt.estimate().p95Seconds();
        double hourly = price.perHour() == 0 ? 0 : Double.isFinite(busy) ? busy : longest;
        double usd = price.dollars(demand.promptTokens(), 0, price.outputPerMillion() == 0 ? 0 : output, hourly);
        return new Spending.Most(usd, tokens);
    }
}
