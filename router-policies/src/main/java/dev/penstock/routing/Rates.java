package dev.penstock.routing;

/**
 * What its operator says of the time that a model takes at a worker: what is gone by until the worker has been seen at work.
 * 0 is "nothing said": then what is usual for such a model on such an accelerator is taken.
 *
 * @param firstTokenSeconds until the first token of an empty prompt, the least that any takes; 0 or {@link #LEAST_SECONDS} to
 *     {@link #MOST_SECONDS}
 * @param prefillTokensPerSecond prompt tokens computed in a second; 0 or {@link #LEAST_RATE} to {@link #MOST_RATE}
 * @param decodeTokensPerSecond tokens a second of a request that runs alone; 0 or {@link #LEAST_RATE} to {@link #MOST_RATE}
 * @param loadSeconds until a model that is not in memory is; 0 or {@link #LEAST_SECONDS} to {@link #MOST_SECONDS}
 * @param coldAfterSeconds without a request after which the worker drops the model from memory; 0 for never, at most
 *     {@link #MOST_IDLE_SECONDS}
 */
public record Rates(
        double firstTokenSeconds,
        double prefillTokensPerSecond,
        double decodeTokensPerSecond,
        double loadSeconds,
        double coldAfterSeconds) {
    /** The shortest time that can be said, a microsecond. */
    public static final double LEAST_SECONDS = 1e-6;

    /** The longest, an hour. */
    public static final double MOST_SECONDS = 3_600;

    /** The longest that a model is kept for, a week. */
    public static final double MOST_IDLE_SECONDS = 7 * 86_400;

    /** The slowest that can be said, tokens a second. */
    public static final double LEAST_RATE = 1e-3;

    /** The fastest, tokens a second. */
    public static final double MOST_RATE = 1e9;

    /** Nothing was said. */
    public static final Rates UNKNOWN = new Rates(0, 0, 0, 0, 0);

    public Rates {
        require("first-token-seconds", firstTokenSeconds, LEAST_SECONDS, MOST_SECONDS);
        require("prefill-tokens-per-second", prefillTokensPerSecond, LEAST_RATE, MOST_RATE);
        require("decode-tokens-per-second", decodeTokensPerSecond, LEAST_RATE, MOST_RATE);
        require("load-seconds", loadSeconds, LEAST_SECONDS, MOST_SECONDS);
        require("cold-after-seconds", coldAfterSeconds, LEAST_SECONDS, MOST_IDLE_SECONDS);
    }

    private static void require(String name, double value, double least, double most) {
        if (value != 0 && !(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ", or 0 where unknown)");
        }
    }
}
