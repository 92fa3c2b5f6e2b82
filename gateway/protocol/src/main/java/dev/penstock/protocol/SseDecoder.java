package dev.penstock.protocol;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of an event stream into frames, wherever the network cut them. Lines end in LF, CR or CRLF. It works on
 * bytes: a character split between two chunks never matters.
 *
 * <p>Use: {@link #feed} a chunk, then call {@link #next} until it is empty. A frame that lies within one chunk is a view
 * of that chunk; only what spans chunks is copied. Not thread safe.
 *
 * <p>Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream". Departures: {@code id} is reported, not kept;
 * {@code retry} is passed over; a blank line that ends no field is skipped.
 */
public final class SseDecoder {
    private static final byte[] EMPTY = {};

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';
    private static final long CARRIAGE_RETURNS = ONES * '\r';

    private final int maxFrameBytes;

    /** What was fed and is not yet in a frame lies from {@link #frameStart} to {@link #limit}. */
    private byte[] buffer = EMPTY;

    private int limit;
    private int frameStart;
    private int lineStart;
    private int position;
    private boolean finished;

    private boolean anyField;
    private boolean identified;
    private String event = "";
    /** The single data line's place in {@link #buffer}; -1 before it. */
    private int dataStart = -1;

    private int dataEnd;
    private @Nullable ByteArrayOutputStream joinedData;

    /**
     * A decoder at the start of a stream.
     *
     * @param maxFrameBytes the most bytes of one frame, hence of one line
     */
    public SseDecoder(int maxFrameBytes) {
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("maxFrameBytes: " + maxFrameBytes + " (expected: >= 1)");
        }
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Takes a chunk. The array is kept: the caller no longer writes to it. Call after {@link #next} was empty. */
    public void feed(byte[] chunk) {
        int pending = pendingBytes();
        if (pending == 0) {
            adopt(chunk, chunk.length, frameStart);
        } else if (frameStart > 0) {
            byte[] joined = Arrays.copyOfRange(buffer, frameStart, limit + Math.max(chunk.length, pending));
            System.arraycopy(chunk, 0, joined, pending, chunk.length);
            adopt(joined, pending + chunk.length, frameStart);
        } else {
            // No frame looks into this array yet, or only before the limit: appending changes nothing that is out.
            if (buffer.length - limit < chunk.length) {
                buffer = Arrays.copyOf(buffer, limit + Math.max(chunk.length, limit));
            }
            System.arraycopy(chunk, 0, buffer, limit, chunk.length);
            limit += chunk.length;
        }
    }

    private void adopt(byte[] bytes, int newLimit, int shift) {
        buffer = bytes;
        limit = newLimit;
        frameStart -= shift;
        lineStart -= shift;
        position -= shift;
        dataStart = dataStart < 0 ? -1 : dataStart - shift;
        dataEnd -= shift;
    }

    /** Says that nothing more comes: a last CR then ends its line. Frames may still be left. */
    public void finish() {
        finished = true;
    }

    /** Bytes held that belong to no frame yet. After the end of the stream more than 0 means it was cut within one. */
    public int pendingBytes() {
        return limit - frameStart;
    }

    /**
     * The next whole frame, or empty when more bytes are needed.
     *
     * @throws SseRejectedException where a frame is longer than the limit; the decoder is of no use afterwards
     */
    public Optional<SseFrame> next() throws SseRejectedException {
        while (true) {
            position = breakOrLimit();
            if (position == limit) {
                break;
            }
            int lineEnd = position;
            if (buffer[lineEnd] == '\r') {
                if (position + 1 == limit && !finished) {
                    break; // the LF of a CRLF may be the next byte
                }
                position += position + 1 < limit && buffer[position + 1] == '\n' ? 2 : 1;
            } else {
                position++;
            }
            Optional<SseFrame> frame = endLine(lineEnd);
            if (frame.isPresent()) {
                return frame;
            }
        }
        requireWithinLimit(limit);
        return Optional.empty();
    }

    /** Where the next line break begins; {@link #limit} where there is none. */
    private int breakOrLimit() {
        int at = position;
        // What lies past the limit is not yet part of the stream: a hit there is none.
        for (int lastWord = buffer.length - Long.BYTES; at <= lastWord && at < limit; at += Long.BYTES) {
            long breaks = breaks((long) LONGS.get(buffer, at));
            if (breaks != 0) {
                return Math.min(limit, at + (Long.numberOfTrailingZeros(breaks) >>> 3));
            }
        }
        while (at < limit && buffer[at] != '\n' && buffer[at] != '\r') {
            at++;
        }
        return Math.min(limit, at);
    }

    /**
     * The lowest bit that is set is the top bit of the first byte that is CR or LF; 0 where there is none. A byte below 128
     * becomes negative by the subtraction only if it is 0; the borrow may then make the one above it a hit, too.
     */
    private static long breaks(long word) {
        return (((word ^ LINE_FEEDS) - ONES) | ((word ^ CARRIAGE_RETURNS) - ONES)) & ~word & TOPS;
    }

    private Optional<SseFrame> endLine(int lineEnd) throws SseRejectedException {
        int from = lineStart;
        lineStart = position;
        requireWithinLimit(lineEnd);
        if (from < lineEnd) {
            anyField = true;
            field(from, lineEnd);
            return Optional.empty();
        }
        Optional<SseFrame> frame = anyField ? Optional.of(frame()) : Optional.empty();
        frameStart = position;
        anyField = false;
        identified = false;
        event = "";
        dataStart = -1;
        dataEnd = -1;
        joinedData = null;
        return frame;
    }

    private SseFrame frame() {
        ByteArrayOutputStream joined = joinedData;
        if (joined != null) {
            byte[] data = joined.toByteArray();
            return new SseFrame(buffer, frameStart, position, data, 0, data.length, event, identified);
        }
        int start = Math.max(0, dataStart);
        int end = dataStart < 0 ? start : dataEnd;
        return new SseFrame(buffer, frameStart, position, buffer, start, end, event, identified);
    }

    private void field(int from, int lineEnd) {
        int colon = from;
        while (colon < lineEnd && buffer[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, lineEnd);
        if (value < lineEnd && buffer[value] == ' ') {
            value++;
        }
        if (is("data", from, colon)) {
            data(value, lineEnd);
        } else if (is("event", from, colon)) {
            event = new String(buffer, value, lineEnd - value, StandardCharsets.UTF_8);
        } else if (is("id", from, colon)) {
            identified = true;
        }
    }

    private void data(int from, int to) {
        if (dataStart < 0 && joinedData == null) {
            dataStart = from;
            dataEnd = to;
            return;
        }
        ByteArrayOutputStream joined = joinedData;
        if (joined == null) {
            joined = new ByteArrayOutputStream();
            joined.write(buffer, dataStart, dataEnd - dataStart);
            joinedData = joined;
        }
        joined.write('\n');
        joined.write(buffer, from, to - from);
    }

    private boolean is(String name, int from, int to) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (buffer[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void requireWithinLimit(int end) throws SseRejectedException {
        if (end - frameStart > maxFrameBytes) {
            throw new SseRejectedException(
                    "a frame of more than " + maxFrameBytes + " bytes (expected: at most that many)");
        }
    }
}
