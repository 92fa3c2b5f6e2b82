package dev.penstock.cache.index;

/**
 * A direction, in a byte a dimension, and the signs of its components. A cosine of two differs from that of the vectors they
 * were made of by less than 0.01, and by 0.001 as a rule.
 *
 * <p>Immutable: nobody changes its arrays.
 */
public final class Embedding {
    private static final int MOST_DIMENSIONS = 8_192;

    final byte[] components;
    final long[] signs;
    /** One over its length in units of its bytes. */
    final float scale;

    private Embedding(byte[] components, long[] signs, float scale) {
        this.components = components;
        this.signs = signs;
        this.scale = scale;
    }

    /**
     * Of a vector of any length but zero.
     *
     * @throws IllegalArgumentException for one that is zero or not finite, or has no or more than 8,192 dimensions
     */
    public static Embedding of(float[] vector) {
        if (vector.length == 0 || vector.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "vector: " + vector.length + " dimensions (expected: 1 to " + MOST_DIMENSIONS + ")");
        }
        float most = 0;
        for (float component : vector) {
            most = Math.max(most, Math.abs(component));
            if (!Float.isFinite(component)) {
                throw new IllegalArgumentException("vector: not finite (expected: finite numbers)");
            }
        }
        if (most == 0) {
            throw new IllegalArgumentException("vector: zero (expected: a direction)");
        }
        byte[] components = new byte[vector.length];
        for (int i = 0; i < vector.length; i++) {
            components[i] = (byte) Math.round(vector[i] / most * Byte.MAX_VALUE);
        }
        return ofComponents(components);
    }

    /**
     * Of what {@link #components} gave.
     *
     * @throws IllegalArgumentException where all are zero
     */
    public static Embedding ofComponents(byte[] given) {
        byte[] components = given.clone();
        long[] signs = new long[(components.length + Long.SIZE - 1) / Long.SIZE];
        long squares = 0;
        for (int i = 0; i < components.length; i++) {
            squares += (long) components[i] * components[i];
            if (components[i] > 0) {
                signs[i / Long.SIZE] |= 1L << i;
            }
        }
        if (squares == 0) {
            throw new IllegalArgumentException("components: all zero (expected: a direction)");
        }
        return new Embedding(components, signs, (float) (1 / Math.sqrt((double) squares)));
    }

    /** A byte a dimension: to be kept, and read again by {@link #ofComponents}. */
    public byte[] components() {
        return components.clone();
    }

    /** From -1 to 1. The other has as many dimensions. */
    public double cosine(Embedding other) {
        int sum = 0;
        for (int i = 0; i < components.length; i++) {
            sum += components[i] * other.components[i];
        }
        return Math.clamp((double) sum * scale * other.scale, -1, 1);
    }

    /** How many signs differ. */
    int differing(Embedding other) {
        int differing = 0;
        for (int i = 0; i < signs.length; i++) {
            differing += Long.bitCount(signs[i] ^ other.signs[i]);
        }
        return differing;
    }

    /** How many dimensions it has. */
    public int dimensions() {
        return components.length;
    }

    /** What it takes of the heap, in bytes. */
    public long bytes() {
        return 24 + 16 + components.length + 16 + 8L * signs.length;
    }
}
