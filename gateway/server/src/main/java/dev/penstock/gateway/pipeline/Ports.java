package dev.penstock.gateway.pipeline;

import java.util.function.Supplier;

/**
 * What the pipeline's stages stand on, in the order they are met.
 *
 * @param models what the name asked for comes down to, once it is known that a worker must be asked
 * @param buffers what answers are counted in that are held
 * @param policy what decides at the moment; asked for each decision
 */
public record Ports(
        Authenticator authenticator,
        Admission admission,
        Spending spending,
        ResponseCache cache,
        ModelResolver models,
        RoutingContexts contexts,
        Supplier<NamedPolicy> policy,
        DecisionWatch decisions,
        Fleet fleet,
        Relay relay,
        BufferBudget buffers,
        Settlement settlement) {}
