package dev.penstock.runtime.net;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/**
 * A body that comes in pieces, held as one array. Each piece is copied once, into its place, where the body is as long as was
 * expected; a body of another length costs what a growing array costs. Not thread safe.
 */
public final class HeldBytes {
    /** What is believed of a declared length before anything has come. */
    private static final int MOST_IN_ADVANCE = 64 << 10;

    private static final int LEAST = 1 << 10;
    private static final byte[] NONE = {};

    private final int expected;
    private byte[] bytes = NONE;
    private int length;

    /**
     * Nothing yet.
     *
     * @param expected how many bytes will come, negative where that is not known
     */
    public HeldBytes(long expected) {
        this.expected = Math.clamp(expected, 0, Integer.MAX_VALUE - 8);
    }

    /** How many there are. */
    public int length() {
        return length;
    }

    /**
     * Adds a piece.
     *
     * @throws ArithmeticException beyond two GiB; callers bound what they hold
     */
    public void add(Buffer piece) {
        int needed = Math.addExact(length, piece.length());
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, room(needed));
        }
        piece.getBytes(bytes, length);
        length = needed;
    }

    private int room(int needed) {
        if (needed <= expected) {
            int doubled = Math.max(needed, bytes.length * 2);
            return Math.min(expected, Math.max(MOST_IN_ADVANCE, doubled));
        }
        return length == 0 ? needed : Math.max(LEAST, needed + (needed >> 1));
    }

    /** What was added, as an array of that length; it is not copied where it fits. Nothing may be added afterwards. */
    public byte[] toBytes() {
        if (bytes.length != length) {
            bytes = Arrays.copyOf(bytes, length);
        }
        return bytes;
    }

    /** The bytes as a buffer, not copied: nobody may write to either. */
    public static Buffer buffer(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
