package dev.penstock.engine;

/** The runtime failed while it ran the model. */
public final class InferenceException extends EngineException {
    /** A failure with its cause. */
    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
