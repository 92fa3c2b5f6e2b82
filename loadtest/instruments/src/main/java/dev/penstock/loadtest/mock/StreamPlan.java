package dev.penstock.loadtest.mock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is written of a stream, token by token: each frame in a chunk of HTTP of its own, in the bytes that go over the
 * wire. To make chunks of a hundred frames costs as much as all else that a mock does to write them, so they are made once.
 */
final class StreamPlan {
    private static final byte[] GARBAGE = {
        'd', 'a', 't', 'a', ':', ' ', '{', ']', '<', 1, '\n', (byte) 0xff, (byte) 0xc0
    };
    private static final byte[] LINE_END = {'\r', '\n'};

    private final byte[] wire;
    private final int[] ends;
    private final int lead;
    private final int perToken;
    private final int tokens;
    private final Ending ending;

    /** How a stream ends. */
    enum Ending {
        /** As HTTP has it. */
        IN_ORDER,
        /** With a TCP reset. */
        RESET
    }

    /**
     * A plan.
     *
     * @param lead the frames that come before those of the first token, together with them
     * @param perToken the frames of each token
     * @param tokens how many; the frames after the last one's come together with them
     * @param ending what follows the last frame
     */
    private StreamPlan(List<byte[]> frames, int lead, int perToken, int tokens, Ending ending) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(
                frames.stream().mapToInt(frame -> frame.length).sum() + frames.size() * 8);
        this.ends = new int[frames.size()];
        for (int i = 0; i < ends.length; i++) {
            chunks.writeBytes(Integer.toHexString(frames.get(i).length).getBytes(StandardCharsets.US_ASCII));
            chunks.writeBytes(LINE_END);
            chunks.writeBytes(frames.get(i));
            chunks.writeBytes(LINE_END);
            ends[i] = chunks.size();
        }
        this.wire = chunks.toByteArray();
        this.lead = lead;
        this.perToken = perToken;
        this.tokens = tokens;
        this.ending = ending;
    }

    /** The stream of the right answer. */
    static StreamPlan of(AnswerCache.Question question) {
        return of(question, frames(question), Ending.IN_ORDER);
    }

    /** The stream with that fault in what is written; the right one where the fault is of another kind. */
    static StreamPlan of(AnswerCache.Question question, Fault fault) {
        List<byte[]> frames = frames(question);
        int half = (frames.size() + 1) / 2;
        return switch (fault) {
            case MISSING_DONE -> of(question, frames.subList(0, frames.size() - 1), Ending.IN_ORDER);
            case RESET_MID_STREAM -> of(question, frames.subList(0, half), Ending.RESET);
            case GARBAGE -> of(question, List.of(GARBAGE), Ending.IN_ORDER);
            case TRUNCATED -> {
                List<byte[]> kept = new ArrayList<>(frames.subList(0, half));
                kept.add(Arrays.copyOf(frames.get(half), frames.get(half).length / 2));
                yield of(question, kept, Ending.IN_ORDER);
            }
            default -> of(question, frames, Ending.IN_ORDER);
        };
    }

    private static StreamPlan of(AnswerCache.Question question, List<byte[]> frames, Ending ending) {
        int choices = question.request().choices();
        boolean roles = question.endpoint() == MockEndpoint.CHAT;
        return new StreamPlan(frames, roles ? choices : 0, choices, question.tokens(), ending);
    }

    private static List<byte[]> frames(AnswerCache.Question question) {
        MockRequest asked = question.request();
        MockAnswer answer = question.key().answer(asked.prompt(), question.tokens());
        return question.endpoint() == MockEndpoint.CHAT
                ? answer.frames(asked.model(), asked.choices(), asked.usage())
                : answer.textFrames(asked.model(), asked.choices(), asked.usage());
    }

    int tokens() {
        return tokens;
    }

    Ending ending() {
        return ending;
    }

    /** How many frames it has. */
    int size() {
        return ends.length;
    }

    /** How many frames are due when so many tokens are, from 1. */
    int due(int generated) {
        return generated >= tokens ? ends.length : Math.min(ends.length, lead + generated * perToken);
    }

    /** Its length on the wire. */
    int bytes() {
        return wire.length;
    }

    /** The chunks of some frames, one after the other. */
    ByteBuf chunks(int from, int to) {
        int begin = from == 0 ? 0 : ends[from - 1];
        return Unpooled.wrappedBuffer(wire, begin, ends[to - 1] - begin);
    }

    /** The most frames from there that are no more than so many bytes on the wire, and no more than to there; at least one. */
    int within(int from, int to, int bytes) {
        int begin = from == 0 ? 0 : ends[from - 1];
        int at = Arrays.binarySearch(ends, from, to, begin + bytes);
        return Math.max(from + 1, at >= 0 ? at + 1 : -at - 1);
    }
}
