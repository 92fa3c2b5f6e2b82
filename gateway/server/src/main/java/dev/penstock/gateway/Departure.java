package dev.penstock.gateway;

import dev.penstock.gateway.admin.Readiness;
import dev.penstock.gateway.config.ClocksConfig;
import dev.penstock.runtime.net.Listening;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether requests are welcome, and how that ends. */
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
    private static final Duration GLANCE = Duration.ofMillis(5);
    /** Whoever checks readiness does so more often than this. */
    private static final Duration BALANCER_MEMORY = Duration.ofSeconds(30);
    /** For an answer that is on its way out when a listener is closed. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final DataPlane plane;
    private volatile Readiness readiness = Readiness.STARTING;
    private volatile long askedNanos = System.nanoTime() - BALANCER_MEMORY.toNanos();

    Departure(Vertx vertx, DataPlane plane) {
        this.vertx = vertx;
        this.plane = plane;
    }

    Readiness readiness() {
        return readiness;
    }

    /** The same, for whoever decides by it where to send requests. */
    Readiness asked() {
        askedNanos = System.nanoTime();
        return readiness;
    }

    void ready() {
        readiness = Readiness.READY;
    }

    /**
     * Whoever balances load hears first that nobody should come here, and every answer says that its connection is the last
     * one's. Then new connections are refused, with 503, while requests that run end, or the clock does, and connections that
     * were open may bring one more. Only then is the listener closed: a connection that is closed as its last answer goes out
     * may lose the end of it.
     */
    void drain(Listening listener) throws ExecutionException, InterruptedException {
        readiness = Readiness.DRAINING;
        plane.drain().leave();
        ClocksConfig clocks = plane.live().config().clocks();
        Duration notice = balanced() ? clocks.drainNotice() : Duration.ZERO;
        LOG.info(
                "draining: {} requests, {} ms at most after {} ms of notice",
                plane.drain().inFlight(),
                clocks.drain().toMillis(),
                notice.toMillis());
        Thread.sleep(notice);
        listener.refuseNewcomers();
        long until = System.nanoTime() + clocks.drain().toNanos();
        while (plane.drain().inFlight() > 0 && System.nanoTime() - until < 0) {
            Thread.sleep(GLANCE);
        }
        Future<Boolean> drained = plane.drain().drain(vertx, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        Blocking.stopped(drained);
        if (!drained.result()) {
            LOG.warn("{} requests are broken off", plane.drain().inFlight());
        }
        Blocking.stopped(listener.close(CLOSING));
    }

    /** Other Penstocks look, too. Where nobody does, whoever stops a gateway by hand is not kept waiting. */
    private boolean balanced() {
        return System.nanoTime() - askedNanos < BALANCER_MEMORY.toNanos()
                || plane.summaries().askedWithin(BALANCER_MEMORY.toNanos());
    }
}
