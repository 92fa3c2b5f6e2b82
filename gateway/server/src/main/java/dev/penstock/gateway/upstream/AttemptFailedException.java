package dev.penstock.gateway.upstream;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Outcome.FailureClass;
import java.time.Duration;
import java.util.Optional;

/** An attempt that failed, by the worker's fault or, where it carries a refusal, by the client's. Has no stack trace. */
final class AttemptFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureClass failure;
    private final transient Optional<Duration> retryAfter;
    private final transient Optional<ApiError> refusal;

    /**
     * A failure.
     *
     * @param failure its class
     * @param detail for the log: what was seen, never bodies
     * @param retryAfter when the worker asked to be tried again
     */
    AttemptFailedException(FailureClass failure, String detail, Optional<Duration> retryAfter) {
        super(failure + ": " + detail, null, false, false);
        this.failure = failure;
        this.retryAfter = retryAfter;
        this.refusal = Optional.empty();
    }

    /** The worker refused the request as such. */
    AttemptFailedException(ApiError refusal) {
        super("refused with a " + refusal.status(), null, false, false);
        this.failure = FailureClass.SERVER_ERROR;
        this.retryAfter = Optional.empty();
        this.refusal = Optional.of(refusal);
    }

    AttemptFailedException(FailureClass failure, String detail) {
        this(failure, detail, Optional.empty());
    }

    /** Its class. */
    FailureClass failure() {
        return failure;
    }

    /** When the worker asked to be tried again. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** What the client is told, where the fault is its own. */
    Optional<ApiError> refusal() {
        return refusal;
    }
}
