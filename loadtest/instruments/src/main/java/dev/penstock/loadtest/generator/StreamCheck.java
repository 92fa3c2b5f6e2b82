package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges a stream: events, their text in order, a finish, usage, {@code [DONE]} and nothing after it. As long as it comes
 * byte by byte as the mock writes it, it is only compared; from the first event that differs on it is read.
 */
final class StreamCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_FRAME_BYTES = 8 << 20;

    private final Expected expected;
    private final Gaps gaps = new Gaps(8);

    private int agreed;
    private int frame;
    private @Nullable SseDecoder decoder;

    private long firstAt;
    private long lastAt;
    private int tokens;

    private int textAt;
    private boolean finish;
    private boolean usage;
    private boolean done;

    StreamCheck(Expected expected) {
        this.expected = expected;
    }

    @Override
    public void take(byte[] piece, int start, int end, long now) throws WrongAnswerException {
        int from = start;
        if (decoder == null) {
            int same = expected.agreeing(agreed, piece, start, end);
            agreed += same;
            from += same;
            passFrames(now);
            if (from == end) {
                return;
            }
            read();
        }
        read(Arrays.copyOfRange(piece, from, end), now);
    }

    private void passFrames(long now) {
        while (frame < expected.frames() && expected.frameEnd(frame) <= agreed) {
            if (expected.isContent(frame)) {
                content(now);
            }
            frame++;
        }
    }

    private void content(long now) {
        if (tokens++ == 0) {
            firstAt = now;
        } else {
            gaps.add(now - lastAt);
        }
        lastAt = now;
    }

    /** From the event on that differs: those before it are known, and so is the text in them. */
    private void read() throws WrongAnswerException {
        int frameStart = frame == 0 ? 0 : expected.frameEnd(frame - 1);
        finish = frame > 0 && !expected.isContent(frame - 1) && tokens > 0;
        usage = frame >= expected.frames() - 1 && expected.frames() > 0;
        done = frame > 0 && frame == expected.frames();
        textAt = expected.text().map(text -> length(text, tokens)).orElse(0);
        decoder = new SseDecoder(MAX_FRAME_BYTES);
        if (agreed > frameStart) {
            read(expected.range(frameStart, agreed), lastAt);
        }
    }

    /** All of the mock's tokens have the same number of bytes; how many characters that is depends on the letters. */
    private int length(String text, int tokens) {
        int bytes = expected.bytesOfText(tokens);
        int at = 0;
        for (int seen = 0; seen < bytes; at++) {
            seen += text.charAt(at) < 0x80 ? 1 : 2;
        }
        return at;
    }

    private void read(byte[] bytes, long now) throws WrongAnswerException {
        SseDecoder decoding = decoder;
        if (decoding == null) {
            throw new IllegalStateException("nothing to read with");
        }
        decoding.feed(bytes);
        try {
            for (Optional<SseFrame> next = decoding.next(); next.isPresent(); next = decoding.next()) {
                event(next.get(), now);
            }
        } catch (SseRejectedException tooLong) {
            throw new WrongAnswerException(Failure.SSE_FRAMING);
        }
    }

    private void event(SseFrame event, long now) throws WrongAnswerException {
        if (event.isComment()) {
            return;
        }
        if (done) {
            throw new WrongAnswerException(Failure.SSE_FRAMING);
        }
        if (event.event().equals("error")) {
            throw new WrongAnswerException(Failure.ERROR_EVENT);
        }
        if (!event.hasData()) {
            throw new WrongAnswerException(Failure.SSE_FRAMING);
        }
        if (event.isDone()) {
            done = true;
            return;
        }
        chunk(event, now);
    }

    private void chunk(SseFrame event, long now) throws WrongAnswerException {
        JsonNode chunk;
        try {
            chunk = JSON.readTree(event.data(), event.dataStart(), event.dataEnd() - event.dataStart());
        } catch (IOException broken) {
            throw new WrongAnswerException(Failure.SSE_FRAMING);
        }
        if (chunk.has("error")) {
            throw new WrongAnswerException(Failure.ERROR_EVENT);
        }
        if (!chunk.path("choices").isArray()) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
        JsonNode choice = chunk.path("choices").path(0);
        String text = choice.path("delta").path("content").asText("");
        if (!text.isEmpty()) {
            content(now);
            text(text);
        }
        finish |= choice.path("finish_reason").isTextual();
        if (chunk.path("usage").isObject()) {
            Usage.check(chunk.path("usage"), expected);
            usage = true;
        }
    }

    private void text(String text) throws WrongAnswerException {
        Optional<String> wanted = expected.text();
        if (wanted.isPresent() && !wanted.get().startsWith(text, textAt)) {
            throw new WrongAnswerException(Failure.CONTENT);
        }
        textAt += text.length();
    }

    @Override
    public void end() throws WrongAnswerException {
        if (decoder == null && expected.length() > 0 && agreed == expected.length()) {
            return;
        }
        if (decoder == null) {
            read();
        }
        if (decoder != null && decoder.pendingBytes() > 0) {
            throw new WrongAnswerException(Failure.SSE_FRAMING);
        }
        if (!done) {
            throw new WrongAnswerException(Failure.NO_DONE);
        }
        if (!finish) {
            throw new WrongAnswerException(Failure.SHAPE);
        }
        if (expected.text().isPresent() && textAt != expected.text().get().length()) {
            throw new WrongAnswerException(Failure.CONTENT);
        }
        if (!usage) {
            throw new WrongAnswerException(Failure.USAGE);
        }
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public long firstContentAt() {
        return firstAt;
    }

    @Override
    public Gaps gaps() {
        return gaps;
    }
}
