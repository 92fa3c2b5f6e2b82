package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worth;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Port: requests as routing sees them: which models would do, what must hold, how much is asked for and what it is worth.
 * The one place where these come together, for requests that are served and for those that are only explained.
 */
@FunctionalInterface
public interface RoutingContexts {
    /** Of the request nothing is known but itself. */
    RoutingContexts PLAIN = (principal, request, maxAttempts, nowNanos, random) -> new RoutingContext(
            request.operation(),
            List.of(List.of(ModelChoice.of(request.model()))),
            request.required(),
            request.places(),
            Demand.UNKNOWN,
            request.constraints(),
            Worth.DEFAULT,
            Affinity.NONE,
            maxAttempts,
            nowNanos,
            random);

    /**
     * The context of one decision. Quick, since it is asked for under a lock. Its constraints are the request's own, which
     * hold what the key and the gateway say too: a permit for any others lets nothing pass.
     *
     * @param maxAttempts the most attempts its plan may hold, at least 1
     * @param nowNanos the moment of the decision, on the process's monotonic clock
     * @param random what this decision alone draws from
     */
    RoutingContext of(
            Principal principal, InferenceRequest request, int maxAttempts, long nowNanos, RandomGenerator random);

    /**
     * A request was answered in full: what it was tells what later ones will be.
     *
     * @param usage what it used; empty of what is not known
     */
    default void answered(Principal principal, InferenceRequest request, TokenUsage usage) {}
}
