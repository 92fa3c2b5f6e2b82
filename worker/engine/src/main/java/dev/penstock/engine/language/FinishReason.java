package dev.penstock.engine.language;

/** Why a sequence ended. */
public enum FinishReason {
    /** An end-of-sequence token, a stop token or a stop string. */
    STOP,
    /** The most tokens asked for, or the end of the context. */
    LENGTH,
    /** {@link Generation#cancel}. */
    CANCELLED,
    /** The runtime failed; {@link GenerationResult#failure} says how. */
    ERROR
}
