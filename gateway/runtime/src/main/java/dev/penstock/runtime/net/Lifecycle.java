package dev.penstock.runtime.net;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a process: started in order, stopped in the reverse order, each within its time. Thread safe.
 *
 * <p>A part that does not stop in time, or fails, is logged and left behind: the ones below it still get their turn.
 */
public final class Lifecycle implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean orderly = true;

    /** What it takes to stop a part. */
    @FunctionalInterface
    public interface Stop {
        /**
         * Stops the part and returns when it has stopped.
         *
         * @throws Exception when it cannot
         */
        void run() throws Exception;
    }

    private record Part(String name, Duration limit, Stop stop) {}

    /**
     * Starts a part and keeps how to stop it. Where it fails or takes too long, the parts before it are stopped.
     *
     * @param name for the log
     * @param limit how long starting, and later stopping, may take
     * @param start returns the part when it has started
     * @param stop stops what {@code start} returned
     * @return what {@code start} returned
     * @throws Exception what {@code start} threw, or {@link TimeoutException}
     */
    public <T> T start(String name, Duration limit, Callable<T> start, StopOf<T> stop) throws Exception {
        long began = System.nanoTime();
        try {
            T part = within(name + "-start", limit, start);
            onStop(name, limit, () -> stop.run(part));
            LOGGER.debug("{} started in {} ms", name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            return part;
        } catch (ExecutionException failed) {
            stop();
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        } catch (TimeoutException late) {
            stop();
            throw late;
        }
    }

    /**
     * How to stop a part.
     *
     * @param <T> the part
     */
    @FunctionalInterface
    public interface StopOf<T> {
        /**
         * Stops the part and returns when it has stopped.
         *
         * @throws Exception when it cannot
         */
        void run(T part) throws Exception;
    }

    /** Keeps how to stop a part that has started: before all those that were kept earlier. */
    public void onStop(String name, Duration limit, Stop stop) {
        synchronized (parts) {
            parts.push(new Part(name, limit, stop));
        }
    }

    /**
     * Stops everything, once; a second caller waits for the first.
     *
     * @return whether every part stopped in time and without a fault
     */
    public boolean stop() {
        if (stopping.compareAndSet(false, true)) {
            for (Part part = next(); part != null; part = next()) {
                orderly &= stop(part);
            }
            stopped.countDown();
        } else {
            awaitStopped();
        }
        return orderly;
    }

    private void awaitStopped() {
        try {
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether stopping has begun. */
    public boolean stopping() {
        return stopping.get();
    }

    @Override
    public void close() {
        stop();
    }

    private @Nullable Part next() {
        synchronized (parts) {
            return parts.poll();
        }
    }

    private static boolean stop(Part part) {
        try {
            within(part.name() + "-stop", part.limit(), () -> {
                part.stop().run();
                return true;
            });
            return true;
        } catch (TimeoutException late) {
            LOGGER.warn(
                    "{} did not stop within {} ms", part.name(), part.limit().toMillis());
        } catch (ExecutionException failed) {
            LOGGER.warn("{} did not stop well", part.name(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** On a thread of its own, so that one that hangs can be left behind. */
    private static <T> T within(String name, Duration limit, Callable<T> action)
            throws ExecutionException, TimeoutException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = Thread.ofPlatform().name(name).daemon().start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            thread.interrupt();
            throw late;
        }
    }
}
