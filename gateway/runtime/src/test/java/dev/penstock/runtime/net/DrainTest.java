package dev.penstock.runtime.net;

import static dev.penstock.runtime.net.EchoServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final Duration LONG = Duration.ofHours(1);
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    void nothingInFlightIsDrainedAtOnce() {
        Drain drain = new Drain();
        drain.enter().close();
        assertTrue(drain.accepting());
        assertTrue(await(drain.drain(vertx, LONG)));
        assertFalse(drain.accepting());
    }

    @Test
    void whoLeavesTakesWorkUntilItDrains() {
        Drain drain = new Drain();
        assertFalse(drain.leaving());
        drain.leave();
        assertTrue(drain.leaving());
        assertTrue(drain.accepting());
        assertTrue(await(drain.drain(vertx, LONG)));
        assertTrue(drain.leaving());
        assertFalse(drain.accepting());
    }

    @Test
    void completesWithTheLastTicketAndCountsEachOnce() {
        Drain drain = new Drain();
        Drain.Ticket first = drain.enter();
        Drain.Ticket second = drain.enter();
        Future<Boolean> drained = drain.drain(vertx, LONG);
        first.close();
        first.close();
        assertEquals(1, drain.inFlight());
        assertFalse(drained.isComplete());
        second.close();
        assertTrue(await(drained));
        assertTrue(await(drain.drain(vertx, LONG)), "asking twice is harmless");
    }

    @Test
    void theDeadlineEndsTheWait() {
        Drain drain = new Drain();
        drain.enter();
        assertFalse(await(drain.drain(vertx, Duration.ofMillis(20))));
        assertEquals(1, drain.inFlight());
    }
}
