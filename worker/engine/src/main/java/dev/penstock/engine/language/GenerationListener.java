package dev.penstock.engine.language;

/**
 * Hears what a generation brings.
 *
 * <p>Calls come one at a time, in order, on the model's decode thread, which serves every other request too: a listener
 * must return at once and must not block, throw or do more than hand the event on. A slow reader's events pile up with
 * the listener, not with the engine; there are at most as many as the generation has tokens, and {@link
 * TokenEvent#merge} folds them. A listener that throws is told nothing more, and its generation is cancelled.
 */
public interface GenerationListener {
    /** More text. */
    void onToken(TokenEvent event);

    /** One completion ended; no more events of this sequence follow. */
    default void onSequenceEnd(SequenceEnd end) {}

    /** All completions ended. Called exactly once, last. */
    void onDone(GenerationResult result);
}
