package dev.penstock.worker.http;

import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.EngineException;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.UnsupportedRequestException;
import dev.penstock.protocol.ApiError;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told of the engine's refusals and failures. */
final class EngineErrors {
    private static final Logger LOG = LoggerFactory.getLogger(EngineErrors.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    private EngineErrors() {}

    /** The answer to an exception; a failure of the runtime is logged, and not told in detail. */
    static ApiError of(EngineException exception, Endpoint endpoint) {
        return switch (exception) {
            case EngineBusyException busy ->
                ApiError.unavailable("overloaded", String.valueOf(busy.getMessage()), SOON);
            case EngineClosedException closed -> stopping();
            case ContextLengthException tooLong ->
                ApiError.contextLengthExceeded(endpoint.content(), String.valueOf(tooLong.getMessage()));
            case InvalidRequestException invalid ->
                ApiError.invalid(invalid.parameter(), String.valueOf(invalid.getMessage()));
            case UnsupportedRequestException unsupported ->
                ApiError.invalid(unsupported.parameter(), String.valueOf(unsupported.getMessage()))
                        .withCode("unsupported_parameter");
            case InferenceException failed -> {
                LOG.error("inference failed", failed);
                yield ApiError.server(500, "inference_failed", "the model failed while it ran");
            }
        };
    }

    /**
     * The error that a generation ended in, if any.
     *
     * @param cutShort whether completions ended early, which only happens to a client that is still there when the worker
     *     stops
     */
    static Optional<ApiError> of(Optional<EngineException> failure, boolean cutShort, Endpoint endpoint) {
        return failure.map(exception -> of(exception, endpoint))
                .or(() -> cutShort ? Optional.of(stopping()) : Optional.empty());
    }

    /** The worker is going away. */
    static ApiError stopping() {
        return ApiError.unavailable("stopping", "this worker is stopping", SOON);
    }
}
