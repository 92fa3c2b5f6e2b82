package dev.penstock.cache.index;

/**
 * A direction, in a byte a dimension, and the signs of its components. A cosine of two differs from that of the vectors they
 * were made of by less than 0.01, and by 0.001 as a rule.
 *
 * <p>Immutable: nobody changes its arrays.
 */
public final class Embedding {
    private static final int MOST_DIMENSIONS = 8_192;

    /**
     * Four components a word: the {@code i}-th, and those a quarter, a half and three quarters of all further on. So the words
     * and what they are multiplied by lie in order, and the JVM makes vector instructions of the loop; of one over bytes it
     * does not.
     */
    private final int[] packed;

    private final int dimensions;
    final long[] signs;
    /** One over its length in units of its bytes. */
    final float scale;

    private Embedding(byte[] components, long[] signs, float scale) {
        this.dimensions = components.length;
        this.packed = packed(components);
        this.signs = signs;
        this.scale = scale;
    }

    private static int[] packed(byte[] components) {
        int words = (components.length + Integer.BYTES - 1) / Integer.BYTES;
        int[] packed = new int[words];
        for (int i = 0; i < components.length; i++) {
            packed[i % words] |= (components[i] & 0xff) << (Byte.SIZE * (i / words));
        }
        return packed;
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
    public static Embedding ofComponents(byte[] components) {
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
        int[] unpacked = unpacked();
        byte[] components = new byte[dimensions];
        for (int i = 0; i < dimensions; i++) {
            components[i] = (byte) unpacked[i];
        }
        return components;
    }

    /** An integer a component, and zeros up to a multiple of four: as {@link #cosine(int[], float)} takes it. */
    int[] unpacked() {
        int words = packed.length;
        int[] unpacked = new int[words * Integer.BYTES];
        for (int i = 0; i < unpacked.length; i++) {
            unpacked[i] = (byte) (packed[i % words] >> (Byte.SIZE * (i / words)));
        }
        return unpacked;
    }

    /** From -1 to 1. The other has as many dimensions. */
    public double cosine(Embedding other) {
        return cosine(other.unpacked(), other.scale);
    }

    /** With another that was unpacked: to be compared with many. */
    double cosine(int[] unpacked, float otherScale) {
        return Math.clamp((double) product(packed, unpacked) * scale * otherScale, -1, 1);
    }

    private static int product(int[] packed, int[] unpacked) {
        int words = packed.length;
        int sum = 0;
        for (int i = 0; i < words; i++) {
            int four = packed[i];
            sum += unpacked[i] * (four << 24 >> 24)
                    + unpacked[words + i] * (four << 16 >> 24)
                    + unpacked[2 * words + i] * (four << 8 >> 24)
                    + unpacked[3 * words + i] * (four >> 24);
        }
        return sum;
    }

    /** How many dimensions it has. */
    public int dimensions() {
        return dimensions;
    }

    /** What it takes of the heap, in bytes. */
    public long bytes() {
        return 32 + 16 + 4L * packed.length + 16 + 8L * signs.length;
    }
}
