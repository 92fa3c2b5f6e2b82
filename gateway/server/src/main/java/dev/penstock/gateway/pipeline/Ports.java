package dev.penstock.gateway.pipeline;

import java.util.function.Supplier;

/**
 * What the pipeline's stages stand on, in the order they are met.
 *
 * @param policy what decides at the moment; asked for each decision
 */
public record Ports(
        Authenticator authenticator,
        Admission admission,
        ResponseCache cache,
        RoutingContexts contexts,
        Supplier<NamedPolicy> policy,
        DecisionWatch decisions,
        Fleet fleet,
        Relay relay,
        Settlement settlement) {}
