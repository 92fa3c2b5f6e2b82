package dev.penstock.protocol;

/**
 * Tokens as an upstream reports them in {@code usage}.
 *
 * @param promptTokens at least 0
 * @param completionTokens at least 0
 * @param cachedTokens of the prompt, those that came from a cache; at least 0
 * @param reasoningTokens of the completion, those that are not in the answer; at least 0
 */
public record ReportedUsage(long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens) {}
