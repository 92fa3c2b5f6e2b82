package dev.penstock.engine.language;

/** A generation that was accepted. */
public interface Generation {
    /** Tokens in the prompt. */
    int promptTokens();

    /**
     * Ends the generation before the next token is computed and gives its places to others. The listener still hears
     * the end, with {@link FinishReason#CANCELLED} for the completions that had not ended. May be called by any thread,
     * and again, without effect.
     */
    void cancel();
}
