package dev.penstock.runtime.telemetry;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The {@code traceparent} of W3C Trace Context, level 2: which trace a request belongs to, and which span called.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all zero
 * @param spanId 16 lower-case hexadecimal digits, not all zero: the caller's span
 * @param flags 0 to 255; bit 0 says sampled
 */
public record TraceParent(String traceId, String spanId, int flags) {
    private static final int TRACE_ID_DIGITS = 32;
    private static final int SPAN_ID_DIGITS = 16;
    private static final int LENGTH = 55;
    private static final int SAMPLED = 1;

    public TraceParent {
        if (!isId(traceId, TRACE_ID_DIGITS)) {
            throw new IllegalArgumentException("traceId: " + traceId + " (expected: 32 hexadecimal digits, not all 0)");
        }
        if (!isId(spanId, SPAN_ID_DIGITS)) {
            throw new IllegalArgumentException("spanId: " + spanId + " (expected: 16 hexadecimal digits, not all 0)");
        }
        if (flags < 0 || flags > 255) {
            throw new IllegalArgumentException("flags: " + flags + " (expected: 0 to 255)");
        }
    }

    /**
     * Reads a header. Version 00 has exactly four fields; of a later version the first four are read, as the standard
     * asks. Anything else is empty: the receiver then begins a trace of its own.
     */
    public static Optional<TraceParent> parse(String header) {
        if (header.length() < LENGTH
                || header.charAt(2) != '-'
                || header.charAt(35) != '-'
                || header.charAt(52) != '-') {
            return Optional.empty();
        }
        String version = header.substring(0, 2);
        boolean longer = header.length() > LENGTH;
        if (!isHex(version)
                || version.equals("ff")
                || (longer && (version.equals("00") || header.charAt(LENGTH) != '-'))) {
            return Optional.empty();
        }
        String traceId = header.substring(3, 35);
        String spanId = header.substring(36, 52);
        String flags = header.substring(53, LENGTH);
        boolean valid = isId(traceId, TRACE_ID_DIGITS) && isId(spanId, SPAN_ID_DIGITS) && isHex(flags);
        return valid ? Optional.of(new TraceParent(traceId, spanId, HexFormat.fromHexDigits(flags))) : Optional.empty();
    }

    /** By hand, since every request has two of them: so many lower-case hexadecimal digits, not all zero. */
    private static boolean isId(String text, int digits) {
        return text.length() == digits && isHex(text) && !text.equals("0".repeat(digits));
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** A new trace, with a new span. */
    public static TraceParent generate(RandomGenerator random, boolean sampled) {
        HexFormat hex = HexFormat.of();
        // A low bit that is set is enough to be not all zero.
        String traceId = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1);
        return new TraceParent(traceId, hex.toHexDigits(random.nextLong() | 1), sampled ? SAMPLED : 0);
    }

    /** The header of a new trace with a new span, which nobody records: {@link #generate} without the checks. */
    public static String generateHeader(RandomGenerator random) {
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1) + "-"
                + hex.toHexDigits(random.nextLong() | 1) + "-00";
    }

    /** The same trace, with a new span: what is sent on. */
    public TraceParent child(RandomGenerator random) {
        return new TraceParent(traceId, HexFormat.of().toHexDigits(random.nextLong() | 1), flags);
    }

    /** Whether the caller records this trace. */
    public boolean sampled() {
        return (flags & SAMPLED) != 0;
    }

    /** The header, in version 00. */
    public String header() {
        return "00-" + traceId + "-" + spanId + "-" + HexFormat.of().toHexDigits((byte) flags);
    }
}
