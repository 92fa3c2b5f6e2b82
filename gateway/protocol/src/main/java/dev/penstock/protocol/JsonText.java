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
    private static final int SHORT_ESCAPE_BYTES = 2;
    private static final int UNICODE_ESCAPE_BYTES = 6;
    /** By the character after the backslash. A table, since texts have these in no order that a branch could foresee. */
    private static final byte[] ESCAPE_LENGTHS = escapeLengths();

    private JsonText() {}

    private static byte[] escapeLengths() {
        byte[] lengths = new byte[Byte.MAX_VALUE + 1];
        "\"\\/bfnrt".chars().forEach(letter -> lengths[letter] = SHORT_ESCAPE_BYTES);
        lengths['u'] = UNICODE_ESCAPE_BYTES;
        return lengths;
    }

    /**
     * The end of a string, past its closing quote; negative where there are escapes in the string, 0 where there is a fault in
     * it, or no end.
     *
     * @param from past the opening quote
     * @param end of the range that the string is to end in
     */
    static int stringEnd(byte[] bytes, int from, int end) {
        boolean escaped = false;
        int at = from;
        while (true) {
            at = plainEnd(bytes, at);
            if (at >= end) {
                return 0;
            }
            byte b = bytes[at];
            if (b == '"') {
                return escaped ? -(at + 1) : at + 1;
            }
            int special = at;
            if (b == '\\') {
                at += escapeLength(bytes, at, end);
                escaped = true;
            } else if (b < 0) {
                at = Utf8.sequencesEnd(bytes, at);
            }
            if (at == special) {
                return 0;
            }
        }
    }

    /**
     * Where the first byte is that does not stand for itself, being a quote, a backslash, a control character, or no ASCII;
     * the array's length where there is none. It may look past the end of a string's range, and find one there.
     */
    private static int plainEnd(byte[] bytes, int from) {
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
    private static int escapeLength(byte[] bytes, int at, int end) {
        if (at + 1 >= end || bytes[at + 1] < 0) {
            return 0;
        }
        byte length = ESCAPE_LENGTHS[bytes[at + 1]];
        // Constants: what is added to the place is then foreseen, and not waited for.
        if (length == SHORT_ESCAPE_BYTES) {
            return SHORT_ESCAPE_BYTES;
        }
        return length != 0 && at + UNICODE_ESCAPE_BYTES <= end && hexDigits(bytes, at + 2) ? UNICODE_ESCAPE_BYTES : 0;
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
}
