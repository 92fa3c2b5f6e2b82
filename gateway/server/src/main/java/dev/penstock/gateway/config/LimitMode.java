package dev.penstock.gateway.config;

/** How the gateways of a cluster share a limit. */
public enum LimitMode {
    /** Each takes some tokens ahead, and gives back what it does not need. */
    LEASED,
    /** Each request takes its token from the cluster. */
    EXACT
}
