package dev.penstock.loadtest.generator;

/**
 * What a request looks like.
 *
 * @param model of chats and streams
 * @param embeddingModel of embeddings
 * @param bodyBytes the length of the request's body, at least 256; a prompt fills it
 * @param tokens how many an answer has ({@code max_tokens}), from 1
 * @param prompts how many prompts there are, from 1: requests take them in turn
 */
public record RequestShape(String model, String embeddingModel, int bodyBytes, int tokens, int prompts) {
    /** A shape within its bounds. */
    public RequestShape {
        check("body bytes", bodyBytes, 256, 64 << 20);
        check("tokens", tokens, 1, 1 << 20);
        check("prompts", prompts, 1, 65_536);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
