package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.jmh.Samples;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Operation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a body to a request that may be routed. */
@State(Scope.Thread)
public class RequestDecoderBenchmark {
    /** About how many bytes. */
    @Param({"1024", "16384"})
    public int bytes = 1024;

    /** What the prompt is written in. */
    @Param
    public Samples.Text text = Samples.Text.PLAIN;

    private final RequestDecoder decoder = new RequestDecoder(JsonLimits.DEFAULT);
    private byte[] body = {};

    /** Makes the body. */
    @Setup
    public void prepare() {
        body = Samples.chat(bytes, text);
    }

    /** A chat request. */
    @Benchmark
    public InferenceRequest decode() throws JsonRejectedException {
        return decoder.decode("req_7f3a9c1e5b2d4860", "", Operation.CHAT, body, 0);
    }
}
