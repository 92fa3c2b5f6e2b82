package dev.penstock.gateway.cluster;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ticks a fleet, ten times a second, on a thread of its own. */
public final class PoolClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolClock.class);
    private static final long TICK_MILLIS = 100;

    private final ScheduledFuture<?> ticking;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("penstock-pool").factory());

    /** Begins. */
    public PoolClock(PoolFleet fleet) {
        ticking = executor.scheduleWithFixedDelay(() -> tick(fleet), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void tick(PoolFleet fleet) {
        try {
            fleet.tick();
        } catch (RuntimeException e) {
            LOG.error("a tick of the pool failed; the next one comes", e); // a schedule ends with its first exception
        }
    }

    @Override
    public void close() {
        ticking.cancel(false);
        executor.shutdownNow();
    }
}
