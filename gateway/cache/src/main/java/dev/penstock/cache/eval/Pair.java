package dev.penstock.cache.eval;

/**
 * Two questions.
 *
 * @param serves whether the answer to {@code a} serves {@code b}
 */
public record Pair(String a, String b, boolean serves) {}
