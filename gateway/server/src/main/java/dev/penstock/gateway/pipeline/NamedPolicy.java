package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingPolicy;

/**
 * A policy and what it is called in the answer's {@code x-penstock-policy}.
 *
 * @param name its name in the configuration
 * @param policy what decides
 */
public record NamedPolicy(String name, RoutingPolicy policy) {}
