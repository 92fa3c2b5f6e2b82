package dev.penstock.gateway.config;

/** What is given up first where not all can be served: the last of these. In the order of their worth. */
public enum Criticality {
    /** Served as long as anybody is: people wait for it, and much hangs on it. */
    CRITICAL,
    /** What is not said to be anything else. */
    DEFAULT,
    /** Fit to be done later: batches, evaluations. */
    SHEDDABLE
}
