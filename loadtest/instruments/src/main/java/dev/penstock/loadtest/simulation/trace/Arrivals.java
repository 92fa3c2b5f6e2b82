package dev.penstock.loadtest.simulation.trace;

/** How requests of a synthetic trace come, whatever they ask. */
public enum Arrivals {
    /** As in the trace that it is like. */
    RECORDED,
    /** Independent of each other. */
    POISSON,
    /** In waves: gaps of a coefficient of variation of 3. */
    BURSTY,
    /** A Poisson process whose rate goes up and down by 80 % of its mean, twice over the trace. */
    DIURNAL
}
