package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Outcome.FailureClass;
import java.time.Duration;
import java.util.Optional;

/** An attempt that failed by the worker's fault. A value without a stack trace. */
public final class AttemptFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureClass failure;
    private final transient Optional<Duration> retryAfter;

    /**
     * A failure.
     *
     * @param failure its class
     * @param detail for the log: what was seen, never bodies
     * @param retryAfter when the worker asked to be tried again
     */
    public AttemptFailedException(FailureClass failure, String detail, Optional<Duration> retryAfter) {
        super(failure + ": " + detail, null, false, false);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    /** Its class. */
    public FailureClass failure() {
        return failure;
    }

    /** When the worker asked to be tried again. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
