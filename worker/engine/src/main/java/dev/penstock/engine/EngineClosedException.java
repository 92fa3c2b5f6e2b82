package dev.penstock.engine;

/** The model was closed. */
public final class EngineClosedException extends EngineException {
    /** The one case. */
    public EngineClosedException() {
        super("the model is closed");
    }
}
