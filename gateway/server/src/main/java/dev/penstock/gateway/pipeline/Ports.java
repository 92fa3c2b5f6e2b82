package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingPolicy;

/** What the pipeline's stages stand on, in the order they are met. */
public record Ports(
        Authenticator authenticator,
        Admission admission,
        ResponseCache cache,
        RoutingPolicy policy,
        Fleet fleet,
        Relay relay,
        Settlement settlement) {}
