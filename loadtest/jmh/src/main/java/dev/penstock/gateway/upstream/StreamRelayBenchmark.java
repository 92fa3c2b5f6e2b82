package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.jmh.Samples;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.runtime.telemetry.Logging;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An event stream on its way through, between a worker and a client that cost nothing. Figures are those of one chunk. */
@State(Scope.Thread)
public class StreamRelayBenchmark {
    private static final int BODY_BYTES = 1024;
    private static final RelaySettings SETTINGS = RelaySettings.DEFAULT;

    /** How the stream comes. */
    @Param
    public Samples.Cut cut = Samples.Cut.WHOLE;

    private final BufferBudget budget = new BufferBudget(1L << 30);
    private final Loop loop = new StillLoop();
    private List<Buffer> pieces = List.of();
    private Optional<InferenceRequest> request = Optional.empty();

    /** A loop whose timers never fire. */
    private static final class StillLoop implements Loop {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public void defer(Runnable task) {
            task.run();
        }

        @Override
        public Executor place() {
            return Runnable::run;
        }

        @Override
        public <T> Future<T> here(Future<T> future) {
            return future;
        }
    }

    /** Makes the stream, and the request it answers. */
    @Setup
    public void prepare() throws JsonRejectedException {
        Logging.configure(Logging.Format.TEXT, Logging.Verbosity.WARN);
        pieces = Samples.stream(cut).stream().map(Buffer::buffer).toList();
        JsonDocument body = JsonDocument.parse(Samples.chat(BODY_BYTES, Samples.Text.PLAIN), JsonLimits.DEFAULT);
        request = Optional.of(new InferenceRequest(
                "req_7f3a9c1e5b2d4860",
                "",
                Operation.CHAT,
                new ModelId(Samples.MODEL),
                body,
                true,
                false,
                1,
                OptionalLong.empty(),
                EnumSet.of(Capability.CHAT),
                0));
    }

    /** Relays the stream; returns the bytes that the client was written. */
    @Benchmark
    @OperationsPerInvocation(Samples.CHUNKS)
    public long relay() throws AttemptFailedException {
        InferenceRequest asked = request.orElseThrow();
        CountingExchange client = new CountingExchange();
        AttemptClock clock = new AttemptClock(loop, Long.MAX_VALUE, () -> false, expired -> {});
        ClientFlow flow = new ClientFlow(new StillSource(), client, budget, SETTINGS, clock, loop);
        StreamRelay relay = new StreamRelay(
                asked, Optional.empty(), client, flow, new UsageMeter(asked), clock, budget, SETTINGS, new StillLoop());
        for (Buffer piece : pieces) {
            if (relay.take(piece)) {
                break;
            }
        }
        relay.release();
        clock.stop();
        return client.bytes();
    }
}
