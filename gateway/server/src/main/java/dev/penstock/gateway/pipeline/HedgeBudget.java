package dev.penstock.gateway.pipeline;

/**
 * Keeps hedges to a share of the requests: each request earns that share of a hedge, each hedge spends one. It begins empty
 * and holds {@value #MAX_SAVED} at most, so that hedges never exceed the share of the requests so far. Thread safe.
 *
 * <p>Source: J. Dean and L. A. Barroso, "The Tail at Scale", CACM 56(2), 2013, which hedges about 5 % of requests.
 */
final class HedgeBudget {
    private static final int MAX_SAVED = 10;
    private static final double SLACK = 1e-9;

    private double saved;

    /** A request came. */
    synchronized void earn(double share) {
        saved = Math.min(MAX_SAVED, saved + share);
    }

    synchronized boolean trySpend() {
        if (saved < 1 - SLACK) {
            return false;
        }
        saved -= 1;
        return true;
    }
}
