package dev.penstock.runtime.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with a binary unit: {@code 512B}, {@code 16KiB}, {@code 16MiB}, {@code 1GiB}.
 *
 * @param bytes the size in bytes, never negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,18})\\s?(B|KiB|MiB|GiB|TiB)?");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
        }
    }

    /** A size of so many KiB. */
    public static ByteSize kibibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 10));
    }

    /** A size of so many MiB. */
    public static ByteSize mebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 20));
    }

    /**
     * Parses {@code 16MiB}. A number without a unit is a number of bytes.
     *
     * @throws IllegalArgumentException when the text is no size or does not fit a long
     */
    public static ByteSize parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " (expected: a size such as 64KiB or 16MiB)");
        }
        long factor = 1;
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        for (String candidate : UNITS) {
            if (candidate.equals(unit)) {
                break;
            }
            factor <<= 10;
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException(text + " (expected: a size below 8EiB)", overflow);
        }
    }

    /**
     * The size as an int, for the many APIs that count bytes so.
     *
     * @throws ArithmeticException above 2 GiB - 1
     */
    public int intBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size with the largest unit that divides it, as {@link #parse} reads it. */
    @Override
    public String toString() {
        int unit = 0;
        long count = bytes;
        while (count != 0 && count % 1024 == 0 && unit < UNITS.length - 1) {
            count /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%d%s", count, UNITS[unit]);
    }
}
