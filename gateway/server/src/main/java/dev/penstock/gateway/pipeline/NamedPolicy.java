package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingPolicy;
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

    /** What it is called. */
    public String name() {
        return spec.name();
    }
}
