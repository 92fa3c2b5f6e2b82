package dev.penstock.engine.embedding;

/**
 * The vector of one input.
 *
 * @param vector its components; not to be changed
 * @param tokens tokens that went into it, special tokens included
 * @param truncated whether the input was cut
 */
@SuppressWarnings("ArrayRecordComponent") // a vector is never compared as a value, and copying it would cost
public record Embedding(float[] vector, int tokens, boolean truncated) {}
