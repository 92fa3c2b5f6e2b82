package dev.penstock.loadtest.generator;

import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.mock.MockAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an answer before it comes. With {@code bytes}, an answer that is those bytes is right without a further
 * look; one that is not may still be right, since gateways may write JSON in their own way, and is then read.
 */
final class Expected {
    /** Nothing but the shape. */
    static final Expected ANY = new Expected(new byte[0], new int[0], 0, 0, null, null, 0, 0);

    private final byte[] bytes;
    private final int[] frameEnds;
    private final int firstContent;
    private final int lastContent;
    private final @Nullable String text;
    private final float @Nullable [] vector;
    private final int promptTokens;
    private final int completionTokens;

    private Expected(
            byte[] bytes,
            int[] frameEnds,
            int firstContent,
            int lastContent,
            @Nullable String text,
            float @Nullable [] vector,
            int promptTokens,
            int completionTokens) {
        this.bytes = bytes;
        this.frameEnds = frameEnds;
        this.firstContent = firstContent;
        this.lastContent = lastContent;
        this.text = text;
        this.vector = vector;
        this.promptTokens = promptTokens;
        this.completionTokens = completionTokens;
    }

    static Expected chat(MockAnswer answer, String model) {
        return of(answer, answer.json(model, 1), List.of());
    }

    static Expected stream(MockAnswer answer, String model) {
        List<byte[]> frames = answer.frames(model, 1, true);
        byte[] all = new byte[frames.stream().mapToInt(frame -> frame.length).sum()];
        int at = 0;
        for (byte[] frame : frames) {
            System.arraycopy(frame, 0, all, at, frame.length);
            at += frame.length;
        }
        return of(answer, all, frames);
    }

    private static Expected of(MockAnswer answer, byte[] bytes, List<byte[]> frames) {
        int[] ends = new int[frames.size()];
        int at = 0;
        for (int i = 0; i < ends.length; i++) {
            at += frames.get(i).length;
            ends[i] = at;
        }
        // The first frame tells the role; finish, usage and [DONE] follow the last token.
        return new Expected(
                bytes,
                ends,
                1,
                answer.completionTokens(),
                answer.text(),
                null,
                answer.promptTokens(),
                answer.completionTokens());
    }

    static Expected embedding(AnswerKey key, String input, int dimensions) {
        return new Expected(new byte[0], new int[0], 0, 0, null, key.embedding(input, dimensions), 0, 0);
    }

    /** How many of these bytes are those expected from a place of the answer on. */
    int agreeing(int from, byte[] piece, int start, int end) {
        int length = Math.min(end - start, bytes.length - from);
        int mismatch = Arrays.mismatch(bytes, from, from + length, piece, start, start + length);
        return mismatch < 0 ? length : mismatch;
    }

    int length() {
        return bytes.length;
    }

    /** The expected bytes in a range, for who has to read again what agreed so far. */
    byte[] range(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    int frameEnd(int frame) {
        return frameEnds[frame];
    }

    int frames() {
        return frameEnds.length;
    }

    boolean isContent(int frame) {
        return frame >= firstContent && frame <= lastContent;
    }

    Optional<String> text() {
        return Optional.ofNullable(text);
    }

    boolean hasVector() {
        return vector != null;
    }

    /** Whether a number is the one at a place of the vector, of this many in all. */
    boolean agrees(int at, double number) {
        return vector != null && at < vector.length && vector[at] == (float) number;
    }

    int dimensions() {
        return vector == null ? 0 : vector.length;
    }

    int promptTokens() {
        return promptTokens;
    }

    int completionTokens() {
        return completionTokens;
    }

    /** How many bytes the first tokens' text has; all tokens have the same number. */
    int bytesOfText(int tokens) {
        return text == null || completionTokens == 0
                ? 0
                : text.getBytes(StandardCharsets.UTF_8).length / completionTokens * tokens;
    }
}
