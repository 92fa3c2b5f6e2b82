package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A full queue in which one request gets its turn, ends, and another comes: all of it but the policy that looks for room.
 * Nothing waits for the queue's lock.
 */
@State(Scope.Thread)
public class FairQueueBenchmark {
    private static final int WAITING = 1_024;
    private static final TokenUsage USED = new TokenUsage(100, 40, 0, false);

    /** Among how many tenants those that wait are divided. */
    @Param({"1", "32", "1024"})
    public int tenants = 1;

    private final ModelQueues<Share> queues = new ModelQueues<>(
            () -> new PipelineSettings(
                    1, 1, WAITING, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20)),
            new Still(),
            new QueueCounts());
    private Optional<InferenceRequest> request = Optional.empty();
    private boolean room;
    private long next;
    private long served;

    /** A loop without timers, of one thread. */
    private static final class Still implements Loop {
        @Override
        public long nanoTime() {
            return 0;
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

    /** Fills the queue. */
    @Setup
    public void fill() throws JsonRejectedException {
        request = Optional.of(new InferenceRequest(
                "r",
                "",
                Operation.CHAT,
                new ModelId("m"),
                JsonDocument.parse("{}".getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                false,
                false,
                1,
                OptionalLong.empty(),
                Set.of(Capability.CHAT),
                0));
        for (int i = 0; i < WAITING; i++) {
            come();
        }
    }

    private void come() {
        Share share = new Share("tenant-" + next++ % tenants, 1, Criticality.DEFAULT, () -> 200);
        queues.take(
                        share,
                        request.orElseThrow(),
                        () -> place(share),
                        Promise.<Boolean>promise().future())
                .onSuccess(taken -> {
                    served++;
                    queues.settle(taken, USED);
                });
    }

    private Optional<Share> place(Share share) {
        if (!room) {
            return Optional.empty();
        }
        room = false;
        return Optional.of(share);
    }

    /** Room for one, and one more. */
    @Benchmark
    public long turn() {
        room = true;
        queues.room();
        come();
        return served;
    }
}
