package dev.penstock.jmh;

import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A chat request's body, checked and indexed, and rewritten for its worker. */
@State(Scope.Thread)
public class DocumentBenchmark {
    /** About how many bytes. */
    @Param({"1024", "16384"})
    public int bytes = 1024;

    /** What the prompt is written in. */
    @Param
    public Samples.Text text = Samples.Text.PLAIN;

    private byte[] body = {};
    private Optional<JsonDocument> document = Optional.empty();

    /** Makes the body. */
    @Setup
    public void prepare() throws JsonRejectedException {
        body = Samples.chat(bytes, text);
        document = Optional.of(parse());
    }

    /** Checked and indexed. */
    @Benchmark
    public JsonDocument parse() throws JsonRejectedException {
        return JsonDocument.parse(body, JsonLimits.DEFAULT);
    }

    /** With the wish for a usage chunk, which every stream's request is sent on with. */
    @Benchmark
    public JsonDocument rewrite() {
        return document.orElseThrow().with("stream_options", "{\"include_usage\":true}");
    }
}
