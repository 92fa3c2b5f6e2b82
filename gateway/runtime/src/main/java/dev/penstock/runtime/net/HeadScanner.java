package dev.penstock.runtime.net;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Checks the bytes of a request's head (its line and its headers) against the letter of RFC 9112 as they arrive.
 *
 * <p>HTTP servers are lenient in ways that differ from one to the next, and every difference is a way to smuggle a
 * request past the one in front. What this refuses, no honest client sends: lines that end in a bare LF or CR, control
 * characters, folded headers (section 5.2), a header without a name, a request line of other than three words.
 */
final class HeadScanner implements ByteProcessor {
    private static final int MAX_LINES_BEFORE = 4;
    private static final long HTTP_1_1 = word("HTTP/1.1");
    private static final long HTTP_1_0 = word("HTTP/1.0");

    private enum At {
        BEFORE,
        BEFORE_LF,
        REQUEST_LINE,
        HEADER_LINE,
        LINE_LF,
        LINE_START,
        END_LF,
        END
    }

    private At at = At.BEFORE;
    private int linesBefore;
    private int spaces;
    private long lastEight;
    private @Nullable String fault;

    /** Begins with the next message. */
    void reset() {
        at = At.BEFORE;
        linesBefore = 0;
        spaces = 0;
    }

    /**
     * Scans bytes that were not scanned before; goes no further than the end of the head.
     *
     * @return what is wrong, or null when nothing is so far
     */
    @Nullable
    String scan(ByteBuf buffer, int from, int to) {
        if (at != At.END && fault == null) {
            buffer.forEachByte(from, to - from, this);
        }
        return fault;
    }

    /** Whether to go on to the next byte. */
    @Override
    public boolean process(byte value) {
        switch (at) {
            case BEFORE -> before(value);
            case BEFORE_LF -> expectLineFeed(value, At.BEFORE);
            case REQUEST_LINE -> requestLine(value);
            case HEADER_LINE -> headerLine(value);
            case LINE_LF -> expectLineFeed(value, At.LINE_START);
            case LINE_START -> lineStart(value);
            case END_LF -> expectLineFeed(value, At.END);
            case END -> {}
        }
        return fault == null && at != At.END;
    }

    /** Some clients send an empty line after a body (section 2.2). */
    private void before(byte value) {
        if (value == '\r' && ++linesBefore <= MAX_LINES_BEFORE) {
            at = At.BEFORE_LF;
        } else if (value <= ' ' || value == 0x7f) {
            fault = "the request line does not begin with a method";
        } else {
            at = At.REQUEST_LINE;
        }
    }

    private void requestLine(byte value) {
        if (value != '\r') {
            lastEight = lastEight << 8 | (value & 0xff);
        }
        if (value == '\r') {
            at = At.LINE_LF;
            boolean known = lastEight == HTTP_1_1 || lastEight == HTTP_1_0;
            fault = spaces == 2 && known ? null : "the request line is not a method, a target and a known version";
        } else if (value == ' ') {
            spaces++;
        } else if (isControl(value) || value == '\t') {
            fault = "a control character in the request line";
        }
    }

    private void headerLine(byte value) {
        if (value == '\r') {
            at = At.LINE_LF;
        } else if (isControl(value)) {
            fault = "a control character in a header";
        }
    }

    private void lineStart(byte value) {
        if (value == '\r') {
            at = At.END_LF;
        } else if (value == ' ' || value == '\t') {
            fault = "a folded header";
        } else if (isControl(value) || value == ':') {
            fault = "a header without a name";
        } else {
            at = At.HEADER_LINE;
        }
    }

    private void expectLineFeed(byte value, At next) {
        if (value == '\n') {
            at = next;
        } else {
            fault = "a CR that is not followed by LF";
        }
    }

    private static long word(String eight) {
        long word = 0;
        for (int i = 0; i < eight.length(); i++) {
            word = word << 8 | eight.charAt(i);
        }
        return word;
    }

    /** Bytes above 127 are negative here, and no control characters. */
    private static boolean isControl(byte value) {
        return (value >= 0 && value < ' ' && value != '\t') || value == 0x7f;
    }
}
