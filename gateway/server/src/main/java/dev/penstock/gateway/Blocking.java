package dev.penstock.gateway;

import io.vertx.core.Future;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waiting for what is asynchronous, on the threads that start and stop a process. */
final class Blocking {
    private static final Logger LOG = LoggerFactory.getLogger(Blocking.class);

    private Blocking() {}

    /**
     * Waits for a step of the start.
     *
     * @param what begins the message of what went wrong: a key of the configuration and its value
     */
    static <T> T started(String what, CompletionStage<T> step, Duration limit) throws GatewayStartException {
        try {
            return step.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new GatewayStartException(what + ": " + reason(cause), cause);
        } catch (TimeoutException late) {
            throw new GatewayStartException(what + ": not done within " + limit.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GatewayStartException(what + ": interrupted", interrupted);
        }
    }

    /** Waits for a step of the stop, which whoever runs it bounds. */
    static void stopped(Future<?> step) throws ExecutionException, InterruptedException {
        step.toCompletionStage().toCompletableFuture().get();
    }

    /** Waits for what would be well to have done, and no longer than so long. */
    static void tried(Future<?> step, Duration limit) {
        try {
            step.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException undone) {
            LOG.info("not done before the end: {}", undone.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One line; native transports report a taken port as an I/O error with a number, which helps nobody. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("already in use")) {
                return "the port is taken (expected: a free one, or 0 for any)";
            }
            if (cause instanceof BindException || message.contains("Cannot assign requested address")) {
                return "cannot be bound: " + firstLine(message) + " (expected: an address of this machine)";
            }
        }
        return firstLine(String.valueOf(failure.getMessage()));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("no message").strip();
    }
}
