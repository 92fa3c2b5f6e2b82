package dev.penstock.jmh;

import dev.penstock.protocol.AnswerInspector;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Framing of an event stream, and what is read of each frame. Figures are those of one chunk. */
@State(Scope.Thread)
public class StreamBenchmark {
    private static final int MAX_FRAME_BYTES = 1 << 20;

    /** How the stream comes. */
    @Param
    public Samples.Cut cut = Samples.Cut.WHOLE;

    private List<byte[]> pieces = List.of();

    /** Makes the stream. */
    @Setup
    public void prepare() {
        pieces = Samples.stream(cut);
    }

    /** Cuts the stream into frames; returns their bytes. */
    @Benchmark
    @OperationsPerInvocation(Samples.CHUNKS)
    public int frames() throws SseRejectedException {
        SseDecoder decoder = new SseDecoder(MAX_FRAME_BYTES);
        int bytes = 0;
        for (byte[] piece : pieces) {
            decoder.feed(piece);
            for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
                bytes += frame.get().length();
            }
        }
        return bytes;
    }

    /** Does that, and looks into each frame; returns how many carry content. */
    @Benchmark
    @OperationsPerInvocation(Samples.CHUNKS)
    public int inspectedFrames() throws SseRejectedException {
        SseDecoder decoder = new SseDecoder(MAX_FRAME_BYTES);
        int contents = 0;
        for (byte[] piece : pieces) {
            decoder.feed(piece);
            for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
                if (!frame.get().isDone()) {
                    contents +=
                            AnswerInspector.inspect(frame.get()).orElseThrow().content() ? 1 : 0;
                }
            }
        }
        return contents;
    }
}
