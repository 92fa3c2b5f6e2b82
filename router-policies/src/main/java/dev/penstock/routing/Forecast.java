package dev.penstock.routing;

/**
 * What is known of the time that one worker takes for one model: learned from what it did, begun from what was declared.
 * Read without locks, and live: a policy treats what it reads as samples.
 */
public interface Forecast {
    /** Of a worker of which nothing was declared and nothing seen: an average GPU. */
    Forecast UNKNOWN = new Forecast() {
        @Override
        public double firstTokenSeconds(double uncachedTokens) {
            return 0.05 + uncachedTokens * 3e-4;
        }

        @Override
        public double secondsPerToken(double batch) {
            return 0.02;
        }

        @Override
        public double tail() {
            return 2;
        }

        @Override
        public double peakSeconds(long nowNanos) {
            return 0;
        }

        @Override
        public double observations(long nowNanos) {
            return 0;
        }
    };

    /** What is known at this moment, which does not change: for whoever reads several figures, that they be of one moment. */
    default Forecast now() {
        return this;
    }

    /**
     * Seconds of computing until the first token, on average: neither the link nor any wait before it.
     *
     * @param uncachedTokens prompt tokens that the worker has in no cache, at least 0
     */
    double firstTokenSeconds(double uncachedTokens);

    /** By how much each token of a prompt lengthens the time to the first, seconds. */
    default double secondsPerPromptToken() {
        return firstTokenSeconds(1) - firstTokenSeconds(0);
    }

    /**
     * Seconds between tokens after the first, on average, while nobody's prompt is computed.
     *
     * @param batch requests that run at once, this one included, at least 1
     */
    double secondsPerToken(double batch);

    /** Seconds until the model is in the worker's memory, before anything of a request is computed; 0 where it is there. */
    default double loadSeconds() {
        return 0;
    }

    /** How many tries fail there for each that succeeds, at least 0, bounded. */
    default double failureOdds() {
        return 0;
    }

    /** Seconds that a try that fails there takes, on average; 0 where none did. */
    default double failureSeconds() {
        return 0;
    }

    /** The 95th percentile of a request's time over what was forecast for it, at least 1. */
    double tail();

    /**
     * The peak-sensitive moving average of the time to the first token: it follows a rise at once and decays slowly.
     * Seconds; 0 until something was seen.
     */
    double peakSeconds(long nowNanos);

    /** How many requests it was learned from, those of long ago counted less; 0 is a cold worker. */
    double observations(long nowNanos);
}
