package dev.penstock.gateway.pipeline;

/**
 * Keeps retries from multiplying an overload: each request earns a tenth of a retry, each retry spends one. Thread safe.
 *
 * <p>Source: Finagle's {@code RetryBudget} (a deposit per request, a reserve so that quiet services can retry at all),
 * without its expiry: the cap on what may be saved bounds a burst instead.
 */
final class RetryBudget {
    private static final int MILLI_RETRIES_PER_REQUEST = 100;
    private static final int COST_MILLI_RETRIES = 1000;

    private final int maxMilliRetries;
    private int milliRetries;

    /**
     * A full budget.
     *
     * @param maxRetries the most retries in a burst
     */
    RetryBudget(int maxRetries) {
        maxMilliRetries = Math.multiplyExact(maxRetries, COST_MILLI_RETRIES);
        milliRetries = maxMilliRetries;
    }

    synchronized void earn() {
        milliRetries = Math.min(maxMilliRetries, milliRetries + MILLI_RETRIES_PER_REQUEST);
    }

    synchronized boolean trySpend() {
        if (milliRetries < COST_MILLI_RETRIES) {
            return false;
        }
        milliRetries -= COST_MILLI_RETRIES;
        return true;
    }
}
