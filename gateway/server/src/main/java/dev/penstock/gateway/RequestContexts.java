package dev.penstock.gateway;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RoutingContexts;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutingContext;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Requests as routing sees them, by the configuration of the moment. */
final class RequestContexts implements RoutingContexts {
    private final Supplier<WorthTable> worth;

    RequestContexts(Supplier<WorthTable> worth) {
        this.worth = worth;
    }

    @Override
    public RoutingContext of(
            Principal principal, InferenceRequest request, int maxAttempts, long nowNanos, RandomGenerator random) {
        return new RoutingContext(
                request.operation(),
                List.of(List.of(ModelChoice.of(request.model()))),
                request.required(),
                request.places(),
                Demand.UNKNOWN,
                request.constraints(),
                worth.get().of(principal, request.model()),
                Affinity.NONE,
                maxAttempts,
                nowNanos,
                random);
    }
}
