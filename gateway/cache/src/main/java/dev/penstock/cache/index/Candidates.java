package dev.penstock.cache.index;

import java.util.stream.IntStream;

/**
 * Of many that are offered one by one those that differ least: all that differ in at most as many signs as the
 * {@value #WANTED}th does, found in one pass. A histogram of the differences tells at each moment which may still be among
 * them; of a hundred thousand in any order about a thousand are ever written down.
 */
final class Candidates {
    /** So many at least, where there are; a true neighbour of a cosine above 0.6 is among them. */
    static final int WANTED = 128;
    /** No more that differ equally are taken then. */
    static final int MOST = 512;

    private static final int CAPACITY = 2 * (WANTED + MOST);

    private final int[] slots = new int[CAPACITY];
    private final int[] differences = new int[CAPACITY];
    private final int[] counts;
    private int size;
    /** Those that differ less than the limit. */
    private int within;

    private int limit;

    /** None yet, of so many signs. */
    Candidates(int dimensions) {
        counts = new int[dimensions + 1];
        limit = dimensions + 1;
    }

    /** What differs in fewer signs is wanted. */
    int bound() {
        return within >= MOST ? limit - 1 : limit;
    }

    /**
     * One that differs in fewer signs than the bound.
     *
     * @return the bound from now on
     */
    int offer(int slot, int differing) {
        if (size == CAPACITY) {
            compact();
        }
        slots[size] = slot;
        differences[size] = differing;
        size++;
        counts[differing]++;
        within++;
        while (within - counts[limit - 1] >= WANTED) {
            limit--;
            within -= counts[limit];
        }
        return bound();
    }

    /** At least half go: of those within the limit there are at most {@link #WANTED} and {@link #MOST}. */
    private void compact() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (differences[i] < limit) {
                slots[kept] = slots[i];
                differences[kept] = differences[i];
                kept++;
            }
        }
        size = kept;
    }

    /** Those that are left, in the order in which they were offered. */
    IntStream slots() {
        return IntStream.range(0, size).filter(i -> differences[i] < limit).map(i -> slots[i]);
    }
}
