package dev.penstock.worker.config;

/** Whose requests a worker answers. */
public enum CallerPolicy {
    /** Anybody's who reaches the listener. */
    OPEN,
    /** Only those that carry the token derived from the cluster's secret: the gateways of the pool. */
    CLUSTER
}
