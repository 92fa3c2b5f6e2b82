package dev.penstock.engine;

/**
 * Prompt tokens of a model, of all its requests. A token counts as often as it is computed: once for all sequences of a
 * request, and again, with what was generated since, where it was given up to make room. So {@code left} over the pace of {@code computed}
 * is the time that a new prompt waits.
 *
 * @param left tokens that wait or are being computed; at least 0
 * @param computed tokens computed since the model was loaded; never falls
 */
public record PromptTokens(long left, long computed) {}
