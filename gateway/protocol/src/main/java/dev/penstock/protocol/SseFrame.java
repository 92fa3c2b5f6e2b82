package dev.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One event of a stream as the bytes it came in: views into an array, so that what is not rewritten is forwarded as it
 * is. Nobody writes to the arrays once a frame is out.
 *
 * @param bytes holds the frame
 * @param start of the frame in {@code bytes}
 * @param end of the frame in {@code bytes}, past the blank line that ends it
 * @param data holds the payload: {@code bytes} itself for a single {@code data:} line, else the lines joined
 * @param dataStart of the payload in {@code data}
 * @param dataEnd of the payload in {@code data}; equal to {@code dataStart} for a frame without payload
 * @param event the {@code event:} field; {@code ""} where there is none
 * @param identified whether it has an {@code id:} field, which some OpenAI clients break on
 */
@SuppressWarnings("ArrayRecordComponent") // views of bytes, never compared; copies are what this is here to avoid
public record SseFrame(
        byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, String event, boolean identified) {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    /** Whether there is a payload; there is none in a comment or a heartbeat. */
    public boolean hasData() {
        return dataEnd > dataStart;
    }

    /** Whether it starts as a comment and says nothing else: {@code : still here}. */
    public boolean isComment() {
        return bytes[start] == ':' && !hasData() && !identified && event.isEmpty();
    }

    /** Whether this is {@code data: [DONE]}, OpenAI's end of a stream. */
    public boolean isDone() {
        return Arrays.equals(data, dataStart, dataEnd, DONE, 0, DONE.length);
    }

    /** Bytes of the whole frame. */
    public int length() {
        return end - start;
    }

    /** A {@code data:} frame around a payload that has no line breaks. */
    public static byte[] encode(String payload) {
        return ("data: " + payload + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The payload. For tests and errors; the data plane reads the bytes. */
    public String dataText() {
        return new String(data, dataStart, dataEnd - dataStart, StandardCharsets.UTF_8);
    }

    /** The place and the kind; never the payload. */
    @Override
    public String toString() {
        return "SseFrame[" + length() + " bytes, event=" + event + ", data=" + (dataEnd - dataStart) + " bytes]";
    }
}
