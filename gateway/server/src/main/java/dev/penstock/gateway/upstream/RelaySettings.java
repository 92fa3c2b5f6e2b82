package dev.penstock.gateway.upstream;

import java.time.Duration;

/**
 * The relay's numbers. Bytes held for one stream stay within {@code maxBufferedBytes}, except for a single frame that is
 * itself longer.
 *
 * @param firstToken from dispatch to the first content of a stream, or to the head of an embedding's answer
 * @param interToken the longest silence within an answer
 * @param writeStall how long a client may take nothing of what is written to it
 * @param maxFrameBytes the most bytes of one SSE frame, hence of a line
 * @param maxBufferedBytes the most bytes held of one answer: before it is committed, and unread by a slow client
 * @param maxAnswerBytes the most bytes of an answer that is no stream
 * @param maxFrames the most frames of a stream whose client set no {@code max_tokens}
 */
public record RelaySettings(
        Duration firstToken,
        Duration interToken,
        Duration writeStall,
        int maxFrameBytes,
        int maxBufferedBytes,
        long maxAnswerBytes,
        long maxFrames) {
    /** What a gateway starts with. */
    public static final RelaySettings DEFAULT = new RelaySettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            1 << 20,
            256 << 10,
            64L << 20,
            1_000_000);

    public RelaySettings {
        if (maxFrameBytes < 1024 || maxBufferedBytes < 1024 || maxFrames < 1) {
            throw new IllegalArgumentException("relay: max-frame-bytes " + maxFrameBytes + ", max-buffered-bytes "
                    + maxBufferedBytes + ", max-frames " + maxFrames + " (expected: >= 1024, >= 1024, >= 1)");
        }
    }

    /**
     * Where a slow client makes us pause the worker: three eighths of the cap, as the client library below may hold as much
     * again of what has come in and not been asked for.
     */
    int pauseAtBytes() {
        return maxBufferedBytes / 8 * 3;
    }
}
