package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Steps over the values of JSON that lies in an array: no copy, no character made of a byte, eight bytes of a string at a
 * time.
 *
 * <p>What it takes is strict JSON (RFC 8259) in well-formed UTF-8, and within the limits. What it does not take need not be
 * wrong: it leaves what is rare, such as nesting beyond 64 levels, to a parser, which then also says what is wrong. So it
 * must never take what the parser refuses, and may refuse what the parser takes. Not thread safe.
 */
final class JsonScanner {
    /** Returned where the bytes are not valid, or take a parser. Once returned, the scanner is of no use. */
    static final JsonToken REFUSED = JsonToken.NOT_AVAILABLE;

    private static final int[] NONE = {};
    /** Characters of a number that the parser does not count: two signs, the point, the e. */
    private static final int NO_DIGITS = 4;

    /** As many as {@link #objects} has bits. */
    private static final int MAX_DEPTH = Long.SIZE;
    /** The parser tests the length of its buffer, which it doubles, and not that of the name. */
    private static final int NAME_MARGIN = 4;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int TRUE = 0x65757274;
    private static final int ALSE = 0x65736c61;
    private static final int NULL = 0x6c6c756e;

    /** Before the value that is scanned. */
    private static final int AT_START = 0;
    /** Past what opens an object or an array. */
    private static final int AFTER_OPENING = 1;

    private static final int AFTER_VALUE = 2;

    private final byte[] bytes;
    private final int end;
    private final JsonLimits limits;
    private final int[] knownStrings;
    private int nextKnown;

    private int at;
    private int state = AT_START;
    private int tokenStart;
    private boolean escaped;
    private boolean numberTooLong;
    private boolean named;
    private int nameStart;
    private int nameEnd;
    private boolean nameEscaped;
    private int depth;
    /** A bit for each level, the innermost lowest: whether it is an object. */
    private long objects;

    private long tokens;

    /** A scanner before a range. */
    JsonScanner(byte[] bytes, int start, int end, JsonLimits limits) {
        this(bytes, start, end, limits, NONE);
    }

    /**
     * A scanner before a range of which it knows some strings.
     *
     * @param knownStrings two numbers for each, in order: where it begins, and its {@link JsonText#stringEnd}
     */
    JsonScanner(byte[] bytes, int start, int end, JsonLimits limits, int[] knownStrings) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.limits = limits;
        this.knownStrings = knownStrings;
    }

    /**
     * The next value, or end of an object or an array, or {@link #REFUSED}. The name of a field is read with its value. Not to
     * be called past the end of the value that began first.
     */
    JsonToken next() {
        int b = significant();
        if (state == AFTER_VALUE) {
            if (b != ',' || depth == 0) {
                return close(b);
            }
            at++;
            b = significant();
        } else if (state == AFTER_OPENING && (b == '}' || b == ']')) {
            return close(b);
        }
        named = false;
        if (!inObject()) {
            return value(b);
        }
        if (!name(b)) {
            return REFUSED;
        }
        named = true;
        return value(significant());
    }

    /** Whether an object follows. */
    boolean atObject() {
        return significant() == '{';
    }

    /** Whether the value that began first is whole. */
    boolean complete() {
        return depth == 0 && state == AFTER_VALUE;
    }

    /** Whether nothing but blanks is left. */
    boolean exhausted() {
        return significant() < 0 && at == end;
    }

    /** Where the token begins, with its quote if it has one. */
    int tokenStart() {
        return tokenStart;
    }

    /** Past the token. */
    int tokenEnd() {
        return at;
    }

    /** Whether the token is a string with an escape in it. */
    boolean escaped() {
        return escaped;
    }

    /** Whether it was a number beyond the limit, from {@link #tokenStart} to {@link #tokenEnd}, that was refused. */
    boolean numberTooLong() {
        return numberTooLong;
    }

    /** Levels that are open, with one that the token opened, without one that it closed. */
    int depth() {
        return depth;
    }

    /** Whether the token is, or begins, the value of a field. */
    boolean named() {
        return named;
    }

    /** Where the field's name begins, with its quote. */
    int nameStart() {
        return nameStart;
    }

    /** Past the name's closing quote. */
    int nameEnd() {
        return nameEnd;
    }

    /** Whether the name has an escape in it. */
    boolean nameEscaped() {
        return nameEscaped;
    }

    /** Steps, without a check of what is in it, past the object or array that the token opened. */
    void skip() {
        for (int open = 1; open > 0; ) {
            switch (bytes[at]) {
                case '{', '[' -> open++;
                case '}', ']' -> open--;
                default -> {}
            }
            if (bytes[at] != '"') {
                at++;
            } else if (!string()) {
                throw new IllegalStateException("a string that was read before no longer parses");
            }
        }
        depth--;
        objects >>>= 1;
        state = AFTER_VALUE;
    }

    private boolean inObject() {
        return (objects & 1) != 0;
    }

    /** Steps over blanks. Returns what follows; less than 0 at the end, and where it is no ASCII. */
    private int significant() {
        int i = at;
        while (i < end) {
            byte b = bytes[i];
            if (b > ' ' || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
                at = i;
                return b;
            }
            i++;
        }
        at = i;
        return -1;
    }

    /** From its quote to past the colon. */
    private boolean name(int b) {
        nameStart = at;
        if (b != '"' || ++tokens > limits.maxTokens() || !string()) {
            return false;
        }
        nameEnd = at;
        nameEscaped = escaped;
        if (nameEnd - nameStart > limits.maxNameLength() / NAME_MARGIN || significant() != ':') {
            return false;
        }
        at++;
        return true;
    }

    private JsonToken value(int b) {
        if (++tokens > limits.maxTokens()) {
            return REFUSED;
        }
        tokenStart = at;
        state = AFTER_VALUE;
        return switch (b) {
            case '"' -> string() ? JsonToken.VALUE_STRING : REFUSED;
            case '{' -> open(1, JsonToken.START_OBJECT);
            case '[' -> open(0, JsonToken.START_ARRAY);
            case 't' -> literal(0, TRUE, JsonToken.VALUE_TRUE);
            case 'f' -> literal(1, ALSE, JsonToken.VALUE_FALSE);
            case 'n' -> literal(0, NULL, JsonToken.VALUE_NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> REFUSED;
        };
    }

    private JsonToken open(int object, JsonToken token) {
        if (depth >= Math.min(MAX_DEPTH, limits.maxDepth())) {
            return REFUSED;
        }
        at++;
        depth++;
        objects = objects << 1 | object;
        state = AFTER_OPENING;
        return token;
    }

    private JsonToken close(int b) {
        boolean object = inObject();
        if (depth == 0 || b != (object ? '}' : ']') || ++tokens > limits.maxTokens()) {
            return REFUSED;
        }
        named = false;
        tokenStart = at;
        at++;
        depth--;
        objects >>>= 1;
        state = AFTER_VALUE;
        return object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
    }

    private JsonToken literal(int skipped, int letters, JsonToken token) {
        int from = at + skipped;
        if (from + Integer.BYTES > end || (int) INTS.get(bytes, from) != letters) {
            return REFUSED;
        }
        at = from + Integer.BYTES;
        return token;
    }

    private JsonToken number() {
        int past = JsonNumber.end(bytes, at, end);
        at = Math.abs(past);
        if (past == 0) {
            return REFUSED;
        }
        if (at - tokenStart > limits.maxNumberLength()) {
            numberTooLong = at - tokenStart > limits.maxNumberLength() + NO_DIGITS;
            return REFUSED;
        }
        return past > 0 ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
    }

    /** From its opening quote to past its closing one; false where there is none, or a fault before it. */
    private boolean string() {
        while (nextKnown < knownStrings.length && knownStrings[nextKnown] < at) {
            nextKnown += 2;
        }
        int past = nextKnown < knownStrings.length && knownStrings[nextKnown] == at
                ? knownStrings[nextKnown + 1]
                : JsonText.stringEnd(bytes, at + 1, end);
        escaped = past < 0;
        at = Math.abs(past);
        return past != 0;
    }
}
