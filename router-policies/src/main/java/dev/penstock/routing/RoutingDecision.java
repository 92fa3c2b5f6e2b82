package dev.penstock.routing;

/** Whom to try in which order, or why there is nobody to try. */
public sealed interface RoutingDecision permits RoutePlan, NoCandidate {}
