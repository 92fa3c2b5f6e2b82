package dev.penstock.protocol;

import java.util.Arrays;

/**
 * The names in the objects that are open, innermost last, to find one that an object has twice. Names are compared byte by
 * byte: they have no escapes, and well-formed UTF-8 spells a text one way. Not thread safe.
 */
final class OpenNames {
    /** Of one object. Each is compared with those before it, so that the effort grows with the square. */
    static final int MOST = 64;

    /** Three numbers a name: its hash, its start, and its end. */
    private static final int NAME = 3;

    private static final int USUAL = 16;
    private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio: spreads the bits

    private final byte[] bytes;
    /** The names of each object, and before them where those of the one around it begin. */
    private int[] places = new int[NAME * USUAL];

    private int size;
    private int first;

    OpenNames(byte[] bytes) {
        this.bytes = bytes;
    }

    void open() {
        reserve(1);
        places[size++] = first;
        first = size;
    }

    void close() {
        size = first - 1;
        first = places[size];
    }

    /** Adds a name, with its quotes, to the innermost object. False where that has it, or has too many to tell. */
    boolean add(int start, int end) {
        if (size - first >= NAME * MOST) {
            return false;
        }
        int hash = hash(start, end);
        for (int i = first; i < size; i += NAME) {
            if (places[i] == hash && Arrays.equals(bytes, places[i + 1], places[i + 2], bytes, start, end)) {
                return false;
            }
        }
        reserve(NAME);
        places[size] = hash;
        places[size + 1] = start;
        places[size + 2] = end;
        size += NAME;
        return true;
    }

    private void reserve(int more) {
        if (size + more > places.length) {
            places = Arrays.copyOf(places, 2 * places.length);
        }
    }

    /** Of the length, and of the first and the last eight bytes. */
    private int hash(int start, int end) {
        int length = end - start;
        long head = JsonText.head(bytes, start, length);
        long tail = length <= Long.BYTES ? 0 : JsonText.head(bytes, end - Long.BYTES, Long.BYTES);
        return (int) ((((head * MIX) ^ tail) * MIX) >>> Integer.SIZE) + length;
    }
}
