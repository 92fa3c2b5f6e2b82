package dev.penstock.routing.learning;

/**
 * What one request took at a worker, the link's time already subtracted. Much of it is the worker's own word: whoever learns
 * from it leaves out what cannot be.
 *
 * @param promptTokens of the prompt, cached ones included
 * @param cachedTokens of the prompt, those that came from a cache
 * @param completionTokens generated, for the longest of its texts where it asked for several
 * @param firstTokenSeconds from dispatch to the first token; NaN where it was not seen, as of an answer that came whole
 * @param totalSeconds from dispatch to the end
 * @param batch requests that ran at the worker on average meanwhile, this one included
 * @param pendingPromptTokens prompt tokens at the worker before this one's when it was dispatched: what it waited behind
 * @param nowNanos when it ended
 * @param interleavedPromptTokens prompt tokens of others that the worker computed after this one's, until it ended: what held
 *     up its tokens
 */
public record Sample(
        double promptTokens,
        double cachedTokens,
        double completionTokens,
        double firstTokenSeconds,
        double totalSeconds,
        double batch,
        double pendingPromptTokens,
        long nowNanos,
        double interleavedPromptTokens) {
    private static final double MAX_TOKENS = 1e8;
    private static final double MAX_SECONDS = 1e5;
    private static final double MAX_BATCH = 1e6;

    /** Of a worker that computed no other prompt meanwhile, as far as is known. */
    public Sample(
            double promptTokens,
            double cachedTokens,
            double completionTokens,
            double firstTokenSeconds,
            double totalSeconds,
            double batch,
            double pendingPromptTokens,
            long nowNanos) {
        this(
                promptTokens,
                cachedTokens,
                completionTokens,
                firstTokenSeconds,
                totalSeconds,
                batch,
                pendingPromptTokens,
                nowNanos,
                0);
    }

    /** Whether all of it could have happened. */
    boolean plausible() {
        return within(promptTokens, MAX_TOKENS)
                && within(cachedTokens, promptTokens)
                && within(completionTokens, MAX_TOKENS)
                && within(totalSeconds, MAX_SECONDS)
                && (Double.isNaN(firstTokenSeconds) || within(firstTokenSeconds, totalSeconds))
                && within(batch, MAX_BATCH)
                && within(pendingPromptTokens, MAX_TOKENS)
                && within(interleavedPromptTokens, MAX_TOKENS);
    }

    /** Prompt tokens to be computed before its first token comes. */
    double tokensBeforeFirst() {
        return promptTokens - cachedTokens + pendingPromptTokens;
    }

    /** Tokens after the first. */
    double tokensAfterFirst() {
        return Math.max(0, completionTokens - 1);
    }

    private static boolean within(double value, double most) {
        return value >= 0 && value <= most;
    }
}
