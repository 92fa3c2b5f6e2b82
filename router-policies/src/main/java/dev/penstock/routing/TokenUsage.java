package dev.penstock.routing;

/**
 * Tokens a request used.
 *
 * @param promptTokens of the prompt, cached ones included, at least 0
 * @param completionTokens generated, at least 0
 * @param cachedTokens of the prompt, those that came from a cache
 * @param estimated whether counted by us because the worker did not report
 */
public record TokenUsage(long promptTokens, long completionTokens, long cachedTokens, boolean estimated) {
    /** Nothing used, nothing known. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, false);

    public TokenUsage {
        if (promptTokens < 0 || completionTokens < 0 || cachedTokens < 0) {
            throw new IllegalArgumentException("usage: " + promptTokens + ", " + completionTokens + ", " + cachedTokens
                    + " tokens (expected: each >= 0)");
        }
    }

    /** Prompt and completion together. */
    public long totalTokens() {
        return promptTokens + completionTokens;
    }
}
