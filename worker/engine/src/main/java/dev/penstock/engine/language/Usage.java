package dev.penstock.engine.language;

/**
 * What a generation took.
 *
 * @param promptTokens tokens of the prompt, once, however many completions it had
 * @param completionTokens tokens generated, over all completions
 */
public record Usage(int promptTokens, int completionTokens) {
    /** Both together. */
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
