package dev.penstock.engine;

/** A request that the engine did not serve. The message is fit for the one who asked. */
public abstract sealed class EngineException extends RuntimeException
        permits EngineBusyException,
                EngineClosedException,
                ContextLengthException,
                InvalidRequestException,
                UnsupportedRequestException,
                InferenceException {
    EngineException(String message) {
        super(message);
    }

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
