package dev.penstock.routing;

/**
 * Tokens a request used.
 *
 * @param promptTokens of the prompt, cached ones included, at least 0
 * @param completionTokens generated, at least 0
 * @param cachedTokens of the prompt, those that came from a cache
 * @param reasoningTokens of those generated, those that are not in the answer
 * @param estimated whether counted by us because the worker did not report
 */
public record TokenUsage(
        long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens, boolean estimated) {
    /** Nothing used, nothing known. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, false);

    public TokenUsage {
        if (promptTokens < 0 || completionTokens < 0 || cachedTokens < 0 || reasoningTokens < 0) {
            throw new IllegalArgumentException("usage: " + promptTokens + ", " + completionTokens + ", " + cachedTokens
                    + ", " + reasoningTokens + " tokens (expected: each >= 0)");
        }
    }

    /** Of a model that does not reason apart from its answer. */
    public TokenUsage(long promptTokens, long completionTokens, long cachedTokens, boolean estimated) {
        this(promptTokens, completionTokens, cachedTokens, 0, estimated);
    }

    /** Prompt and completion together. */
    public long totalTokens() {
        return promptTokens + completionTokens;
    }
}
