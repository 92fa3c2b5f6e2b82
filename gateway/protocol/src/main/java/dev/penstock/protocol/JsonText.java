package dev.penstock.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * What may stand between the quotes of a JSON string.
 *
 * <p>Source of the tests of eight bytes at once: H. S. Warren, Hacker's Delight, second edition, section 6-1, "Find First
 * 0-Byte". A borrow makes of a byte above a hit another hit; the lowest is always right.
 */
final class JsonText {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long BLANKS = ONES * ' ';
    private static final int UNICODE_ESCAPE_BYTES = 6;

    private JsonText() {}

    /**
     * Where the first byte is that does not stand for itself, being a quote, a backslash, a control character, or no ASCII;
     * the array's length where there is none. It may look past the end of a string's range, and find one there.
     */
    static int plainEnd(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES) {
            long special = special((long) LONGS.get(bytes, at));
            if (special != 0) {
                return at + (Long.numberOfTrailingZeros(special) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /** The lowest bit that is set is that of the first byte that is special. */
    private static long special(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        // With the top bit clear a byte borrows only if it is less than what is taken from it; with it set it is a hit.
        return ((quote - ONES) | (backslash - ONES) | (word - BLANKS) | word) & TOPS;
    }

    /** Of the escape that begins there; 0 where it is none. Halves of surrogate pairs need no other half, as ever. */
    static int escapeLength(byte[] bytes, int at, int end) {
        if (at + 1 >= end) {
            return 0;
        }
        return switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> at + UNICODE_ESCAPE_BYTES <= end && hexDigits(bytes, at + 2) ? UNICODE_ESCAPE_BYTES : 0;
            default -> 0;
        };
    }

    private static boolean hexDigits(byte[] bytes, int at) {
        for (int i = at; i < at + 4; i++) {
            if (!HexFormat.isHexDigit(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** The first bytes of some, eight at most, as a number. */
    static long head(byte[] bytes, int start, int length) {
        int unused = Long.SIZE - Byte.SIZE * Math.min(Long.BYTES, length);
        if (length > 0 && start <= bytes.length - Long.BYTES) {
            return (long) LONGS.get(bytes, start) << unused >>> unused;
        }
        long head = 0;
        for (int i = Math.min(Long.BYTES, length) - 1; i >= 0; i--) {
            head = head << Byte.SIZE | (bytes[start + i] & 0xff);
        }
        return head;
    }

    /** Whether a name or a string without escapes, from its opening quote to past its closing one, has these letters. */
    static boolean spells(byte[] bytes, int start, int end, String ascii) {
        if (end - start - 2 != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[start + 1 + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The value of an integer of at most 18 characters. */
    static long integer(byte[] bytes, int start, int end) {
        boolean negative = bytes[start] == '-';
        long value = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            value = 10 * value + bytes[i] - '0';
        }
        return negative ? -value : value;
    }
}
