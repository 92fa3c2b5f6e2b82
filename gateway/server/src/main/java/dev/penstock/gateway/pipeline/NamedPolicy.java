package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.model.Resolution;
import dev.penstock.routing.policy.Cascading;
import dev.penstock.routing.policy.Hedging;
import dev.penstock.routing.policy.PolicySpec;

/**
 * A policy and what it was made by.
 *
 * @param spec its name, as in the answer's {@code x-penstock-policy}, and its options
 * @param policy what decides
 */
public record NamedPolicy(PolicySpec spec, RoutingPolicy policy) {
    /** Made by what is there of that name, or only called so. */
    public NamedPolicy(String name, RoutingPolicy policy) {
        this(PolicySpec.of(name), policy);
    }

    /**
     * What decides on a request: the policy, with a hedge where they are allowed, stage by stage where the model is a cascade.
     *
     * @param resolution the models that would do
     */
    RoutingPolicy deciding(InferenceRequest request, Resolution resolution, PipelineSettings settings) {
        RoutingPolicy hedging = settings.hedgeShare() == 0
                ? policy
                : new Hedging(policy, request.stream() ? Hedging.Answers.STREAMED : Hedging.Answers.WHOLE);
        return resolution.cascades() ? new Cascading(hedging, resolution) : hedging;
    }

    /** What it is called. */
    public String name() {
        return spec.name();
    }
}
