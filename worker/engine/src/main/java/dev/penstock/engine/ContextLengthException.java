package dev.penstock.engine;

/** A prompt, with the room asked for its completion, that is longer than the model's context. */
public final class ContextLengthException extends EngineException {
    private final int promptTokens;
    private final int maxTokens;
    private final int contextLength;

    /**
     * A request too long.
     *
     * @param promptTokens tokens in the prompt, or a lower bound where it was too long to count
     * @param maxTokens tokens asked for the completion; 0 where the request left it open
     * @param contextLength the model's limit
     */
    public ContextLengthException(int promptTokens, int maxTokens, int contextLength) {
        super("this model's context length is " + contextLength + " tokens, but the request needs "
                + ((long) promptTokens + maxTokens) + " (" + promptTokens + " in the prompt, " + maxTokens
                + " for the completion)");
        this.promptTokens = promptTokens;
        this.maxTokens = maxTokens;
        this.contextLength = contextLength;
    }

    /** Tokens in the prompt, or a lower bound where it was too long to count. */
    public int promptTokens() {
        return promptTokens;
    }

    /** Tokens asked for the completion; 0 where the request left it open. */
    public int maxTokens() {
        return maxTokens;
    }

    /** The model's limit. */
    public int contextLength() {
        return contextLength;
    }
}
