package dev.penstock.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks that bytes are well-formed UTF-8, without making characters of them: no overlong forms, no surrogates, nothing
 * beyond U+10FFFF.
 *
 * <p>Source: The Unicode Standard, version 16, table 3-7, "Well-Formed UTF-8 Byte Sequences".
 */
final class Utf8 {
    /** What {@link #firstFault} returns where there is none. */
    static final int WELL_FORMED = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** The bits that a byte of ASCII has not. */
    private static final long BEYOND_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /** Where the first sequence begins that is not well-formed, or {@link #WELL_FORMED}. */
    static int firstFault(byte[] bytes) {
        int at = asciiEnd(bytes, 0);
        while (at < bytes.length) {
            int length = sequenceLength(bytes, at);
            if (length == 0) {
                return at;
            }
            at = asciiEnd(bytes, at + length);
        }
        return WELL_FORMED;
    }

    private static int asciiEnd(byte[] bytes, int from) {
        int at = from;
        if (at == bytes.length || bytes[at] < 0) {
            return at; // scripts without ASCII: a letter after the other
        }
        while (at <= bytes.length - Long.BYTES && ((long) LONGS.get(bytes, at) & BEYOND_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /**
     * Where the first byte is, from the place of one that is no ASCII, that is ASCII or begins no well-formed sequence; the
     * array's length where there is none.
     */
    static int sequencesEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] < 0) {
            int length = at <= bytes.length - Integer.BYTES ? shortLength((int) INTS.get(bytes, at)) : 0;
            if (length == 0) {
                length = sequenceLength(bytes, at);
            }
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return at;
    }

    /**
     * Of the sequence of two or three bytes at the start, its lowest byte, of four bytes; 0 where there is none. The bits that
     * mark the bytes of a sequence are tested at once, then those that would make it overlong or a surrogate.
     */
    private static int shortLength(int word) {
        if ((word & 0x00c0c0f0) == 0x008080e0) {
            int high = word & 0x0000200f;
            return high != 0 && high != 0x0000200d ? 3 : 0;
        }
        return (word & 0x0000c0e0) == 0x000080c0 && (word & 0x0000001e) != 0 ? 2 : 0;
    }

    /** Of the sequence of two to four bytes that begins there; 0 where it is not well-formed. */
    private static int sequenceLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        if (lead < 0xe0) {
            return within(bytes, at + 1, 0x80, 0xbf) ? 2 : 0;
        }
        if (lead < 0xf0) {
            int least = lead == 0xe0 ? 0xa0 : 0x80;
            int most = lead == 0xed ? 0x9f : 0xbf;
            return within(bytes, at + 1, least, most) && within(bytes, at + 2, 0x80, 0xbf) ? 3 : 0;
        }
        int least = lead == 0xf0 ? 0x90 : 0x80;
        int most = lead == 0xf4 ? 0x8f : 0xbf;
        return within(bytes, at + 1, least, most)
                        && within(bytes, at + 2, 0x80, 0xbf)
                        && within(bytes, at + 3, 0x80, 0xbf)
                ? 4
                : 0;
    }

    private static boolean within(byte[] bytes, int at, int least, int most) {
        return at < bytes.length && (bytes[at] & 0xff) >= least && (bytes[at] & 0xff) <= most;
    }
}
