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
