package dev.penstock.routing;

/** Decides who gets a request. Pure: equal arguments (the random source's state included) give equal decisions. */
@FunctionalInterface
public interface RoutingPolicy {
    /** Plans the request over the workers and the load as they are at this moment. */
    RoutingDecision select(RoutingContext context, Directory directory, LoadView load);
}
