package dev.penstock.routing;

/**
 * How much a request asks for, as far as that can be told before it is run.
 *
 * @param promptTokens of the prompt, estimated, at least 0
 * @param expectedTokens generated, on average, at least 0
 * @param p95Tokens generated, in 19 of 20 cases no more, at least {@code expectedTokens}
 * @param maxTokens the most that may be generated; {@link #UNBOUNDED} where nothing bounds it but the model
 */
public record Demand(double promptTokens, double expectedTokens, double p95Tokens, long maxTokens) {
    /** No bound was set. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** Of a request of which nothing is known: as an average chat. */
    public static final Demand UNKNOWN = new Demand(256, 128, 512, UNBOUNDED);

    public Demand {
        if (!(promptTokens >= 0) || !(expectedTokens >= 0) || !(p95Tokens >= expectedTokens) || maxTokens < 0) {
            throw new IllegalArgumentException("demand: " + promptTokens + " prompt, " + expectedTokens + " expected, "
                    + p95Tokens + " p95, " + maxTokens + " most (expected: each >= 0, p95 >= expected)");
        }
    }

    /** The most that it can generate on a model of that context length (0: unknown). */
    public double boundedTokens(int contextTokens) {
        double left = contextTokens == 0 ? Double.POSITIVE_INFINITY : Math.max(0, contextTokens - promptTokens);
        return Math.min(left, maxTokens == UNBOUNDED ? Double.POSITIVE_INFINITY : (double) maxTokens);
    }
}
