package dev.penstock.trainer;

/**
 * Conversations packed into rows of equal length.
 *
 * @param rows number of rows
 * @param length tokens a row
 * @param ids {@code [rows * length]}
 * @param mask {@code [rows * length * length]}: 0 where a token may look, else a large negative number. A token sees
 *     itself and earlier tokens of its own conversation only, so packing changes nothing
 * @param learned positions in {@code ids} whose next token is learned
 * @param targets the next token of each of those
 * @param weights how much each of those counts; they add up to 1
 */
@SuppressWarnings("ArrayRecordComponent") // tensors are compared nowhere
record Batch(int rows, int length, long[] ids, float[] mask, long[] learned, long[] targets, float[] weights) {}
