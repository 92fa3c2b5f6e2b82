package dev.penstock.routing.learning;

import dev.penstock.routing.Forecast;

/**
 * What is known of a worker and a model at one moment: what readers of {@link Learned} go by. What a plan reads of everybody
 * comes first, so that it lies together.
 *
 * @param firstSeconds until the first token of an empty prompt
 * @param alonePerToken seconds between tokens of a request that runs alone
 * @param secondsPerTokenAndRequest by how much each other request lengthens that
 * @param peak the moving average of the time to the first token, as of {@code peakNanos}
 * @param count of observations, as of {@code seenNanos}
 * @param everCold whether the model was ever found not to be loaded
 */
record Rates(
        double firstSeconds,
        double secondsPerPromptToken,
        double alonePerToken,
        double secondsPerTokenAndRequest,
        double loadSeconds,
        double failureOdds,
        double failureSeconds,
        double tail,
        double peak,
        long peakNanos,
        double count,
        long seenNanos,
        boolean everCold)
        implements Forecast {
    /** How long what was seen holds where nothing more is: after ten minutes, little of a hundred observations is left. */
    static final double STALE_NANOS = 120e9;

    static final double PEAK_NANOS = 10e9;

    @Override
    public double firstTokenSeconds(double uncachedTokens) {
        return uncachedTokens > 0 ? firstSeconds + secondsPerPromptToken * uncachedTokens : firstSeconds;
    }

    @Override
    public double secondsPerToken(double batch) {
        return batch > 1 ? alonePerToken + secondsPerTokenAndRequest * (batch - 1) : alonePerToken;
    }

    @Override
    public double peakSeconds(long nowNanos) {
        return peak * decay(nowNanos, peakNanos, PEAK_NANOS);
    }

    @Override
    public double observations(long nowNanos) {
        return count * decay(nowNanos, seenNanos, STALE_NANOS);
    }

    /** What is left of it after that time. */
    static double decay(long nowNanos, long sinceNanos, double constantNanos) {
        return Math.exp(-Math.max(0, (double) (nowNanos - sinceNanos)) / constantNanos);
    }
}
