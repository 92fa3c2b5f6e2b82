package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ModelQueuesTest {
    private static final PipelineSettings SETTINGS =
            new PipelineSettings(1, 1, 4, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20));

    private static final Share ANYBODY = new Share("anybody", 1, Criticality.DEFAULT, () -> 1);

    /** Time stands still and every thread is the loop's. */
    private static final Loop STILL = new Loop() {
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
    };

    private final QueueCounts counts = new QueueCounts();
    private final ModelQueues<String> queues = new ModelQueues<>(() -> SETTINGS, STILL, counts);
    private final List<String> served = new ArrayList<>();
    private int room;

    private Future<String> ask(String model, Capability needs, String name) {
        Promise<Boolean> open = Promise.promise();
        return queues.take(ANYBODY, request(model, needs), () -> takeRoom(name), open.future());
    }

    private Optional<String> takeRoom(String name) {
        if (room == 0) {
            return Optional.empty();
        }
        room--;
        served.add(name);
        return Optional.of(name);
    }

    private void roomFor(int requests) {
        room = requests;
        queues.room();
    }

    private static InferenceRequest request(String model, Capability needs) {
        try {
            JsonDocument body = JsonDocument.parse("{}".getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT);
            return new InferenceRequest(
                    "r",
                    "",
                    Operation.CHAT,
                    new ModelId(model),
                    body,
                    false,
                    false,
                    1,
                    OptionalLong.empty(),
                    Set.of(needs),
                    0);
        } catch (JsonRejectedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void roomThatModelsShareGoesToWhoeverHasWaitedLongest() {
        for (int i = 0; i < 3; i++) {
            ask("busy", Capability.CHAT, "busy-" + i);
            ask("quiet", Capability.CHAT, "quiet-" + i);
        }
        for (int i = 0; i < 3; i++) {
            roomFor(1);
            ask("busy", Capability.CHAT, "busy-late-" + i);
        }
        roomFor(2);
        assertEquals(List.of("busy-0", "quiet-0", "busy-1", "quiet-1", "busy-2"), served);
        assertEquals(1, queues.waiting(new ModelId("quiet")));
    }

    @Test
    void whoFindsNoRoomBlocksOnlyThoseWithTheSameNeeds() {
        Future<String> needy = queues.take(
                ANYBODY,
                request("m", Capability.VISION),
                Optional::empty,
                Promise.<Boolean>promise().future());
        Future<String> plain = ask("m", Capability.CHAT, "plain");
        roomFor(1);
        assertFalse(needy.isComplete());
        assertTrue(plain.succeeded());
        assertEquals(1, queues.waiting(new ModelId("m")));
    }

    @Test
    void aFullQueueRefuses() {
        for (int i = 0; i < SETTINGS.queueLength(); i++) {
            assertFalse(ask("m", Capability.CHAT, "r" + i).isComplete());
        }
        assertTrue(ask("m", Capability.CHAT, "one too many").failed());
        assertFalse(ask("other", Capability.CHAT, "another model's queue is its own")
                .isComplete());
    }
}
