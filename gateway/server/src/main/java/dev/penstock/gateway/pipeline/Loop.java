package dev.penstock.gateway.pipeline;

import dev.penstock.runtime.net.LoopTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Time and place as the data plane sees them: a monotonic clock, timers, and the way back to the event loop. */
public interface Loop {
    /** Now, monotonic. */
    long nanoTime();

    /** Runs the task on the current event loop after the delay, unless cancelled. */
    Timer schedule(Duration delay, Runnable task);

    /** Runs the task on the current event loop, once what has come in at the same time has been taken. */
    void defer(Runnable task);

    /** The same future, its handlers on the event loop that is current now, wherever it completes. */
    <T> Future<T> here(Future<T> future);

    /** Where tasks run, in order, from whatever thread they come: the event loop that is current now. */
    Executor place();

    /** A task not yet run. */
    @FunctionalInterface
    interface Timer {
        /** Harmless once it has run. */
        void cancel();
    }

    /** The real one. */
    static Loop of(Vertx vertx) {
        return new Loop() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                return LoopTimers.schedule(vertx, delay, task)::cancel;
            }

            @Override
            public void defer(Runnable task) {
                vertx.getOrCreateContext().runOnContext(v -> task.run());
            }

            @Override
            public Executor place() {
                Context context = vertx.getOrCreateContext();
                return task -> context.runOnContext(v -> task.run());
            }

            @Override
            public <T> Future<T> here(Future<T> future) {
                if (future.isComplete()) {
                    return future;
                }
                Context context = vertx.getOrCreateContext();
                Promise<T> promise = Promise.promise();
                future.onComplete(result -> {
                    if (Vertx.currentContext() == context) {
                        promise.handle(result);
                    } else {
                        context.runOnContext(v -> promise.handle(result));
                    }
                });
                return promise.future();
            }
        };
    }
}
