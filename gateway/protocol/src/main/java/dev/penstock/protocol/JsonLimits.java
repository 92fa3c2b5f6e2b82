package dev.penstock.protocol;

/**
 * What a JSON body may hold.
 *
 * @param maxDepth levels of nesting
 * @param maxNumberLength characters of one number
 * @param maxNameLength characters of one key
 * @param maxTokens JSON tokens in all: bounds what small bodies full of brackets cost
 */
public record JsonLimits(int maxDepth, int maxNumberLength, int maxNameLength, long maxTokens) {
    /** Enough for every real request. */
    public static final JsonLimits DEFAULT = new JsonLimits(64, 1000, 1024, 4_000_000);
}
