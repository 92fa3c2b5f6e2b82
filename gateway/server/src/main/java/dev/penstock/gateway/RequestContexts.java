package dev.penstock.gateway;

import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RoutingContexts;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.TokenUsage;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Requests as routing sees them, by the configuration of the moment. */
final class RequestContexts implements RoutingContexts {
    private final Expectations expectations;
    private final Supplier<WorthTable> worth;

    RequestContexts(Expectations expectations, Supplier<WorthTable> worth) {
        this.expectations = expectations;
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
                expectations.demand(principal, request),
                request.constraints(),
                worth.get().of(principal, request.model()),
                expectations.affinity(request),
                maxAttempts,
                nowNanos,
                Math.max(0, nowNanos - request.receivedNanos()),
                random);
    }

    @Override
    public void answered(Principal principal, InferenceRequest request, TokenUsage usage) {
        expectations.answered(principal, request, usage);
    }
}
