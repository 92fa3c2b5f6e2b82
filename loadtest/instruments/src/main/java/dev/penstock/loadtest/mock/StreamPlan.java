package dev.penstock.loadtest.mock;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written of a stream, token by token.
 *
 * @param frames each its own HTTP chunk
 * @param lead the frames that come before those of the first token, together with them
 * @param perToken the frames of each token
 * @param tokens how many; the frames after the last one's come together with them
 * @param ending what follows the last frame
 */
record StreamPlan(List<Buffer> frames, int lead, int perToken, int tokens, Ending ending) {
    private static final Buffer GARBAGE = Buffer.buffer("data: {]<\u0001\n".getBytes(StandardCharsets.UTF_8))
            .appendByte((byte) 0xff)
            .appendByte((byte) 0xc0);

    /** How a stream ends. */
    enum Ending {
        /** As HTTP has it. */
        IN_ORDER,
        /** With a TCP reset. */
        RESET
    }

    StreamPlan {
        frames = List.copyOf(frames);
    }

    static StreamPlan of(MockEndpoint endpoint, MockAnswer answer, MockRequest request) {
        boolean chat = endpoint == MockEndpoint.CHAT;
        List<byte[]> frames = chat
                ? answer.frames(request.model(), request.choices(), request.usage())
                : answer.textFrames(request.model(), request.choices(), request.usage());
        return new StreamPlan(
                frames.stream().map(Buffer::buffer).toList(),
                chat ? request.choices() : 0,
                request.choices(),
                answer.completionTokens(),
                Ending.IN_ORDER);
    }

    /** How many frames are due when so many tokens are, from 1. */
    int due(int generated) {
        return generated >= tokens ? frames.size() : Math.min(frames.size(), lead + generated * perToken);
    }

    /** The frames in bytes. */
    long bytes() {
        long bytes = 0;
        for (Buffer frame : frames) {
            bytes += frame.length();
        }
        return bytes;
    }

    /** The stream with that fault in what is written; the same where the fault is of another kind. */
    StreamPlan with(Fault fault) {
        int half = (frames.size() + 1) / 2;
        return switch (fault) {
            case MISSING_DONE -> cut(frames.subList(0, frames.size() - 1), Ending.IN_ORDER);
            case RESET_MID_STREAM -> cut(frames.subList(0, half), Ending.RESET);
            case GARBAGE -> cut(List.of(GARBAGE), Ending.IN_ORDER);
            case TRUNCATED -> {
                List<Buffer> kept = new ArrayList<>(frames.subList(0, half));
                Buffer last = frames.get(half);
                kept.add(last.getBuffer(0, last.length() / 2));
                yield cut(kept, Ending.IN_ORDER);
            }
            default -> this;
        };
    }

    private StreamPlan cut(List<Buffer> kept, Ending end) {
        return new StreamPlan(kept, lead, perToken, tokens, end);
    }
}
