package dev.penstock.jmh;

import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.AnswerInspector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is read of an answer as it passes by. */
@State(Scope.Thread)
public class AnswerBenchmark {
    private final byte[] chunk = Samples.contentChunk(1).getBytes(StandardCharsets.UTF_8);
    private final byte[] answer = Samples.answer();

    /** One chunk of a stream. */
    @Benchmark
    public Optional<AnswerFacts> chunk() {
        return AnswerInspector.inspect(chunk, 0, chunk.length);
    }

    /** An answer of 2 KiB that is no stream; returns whether it was whole. */
    @Benchmark
    public boolean answer() {
        AnswerInspector inspector = new AnswerInspector();
        return inspector.feed(answer) && inspector.finish();
    }
}
