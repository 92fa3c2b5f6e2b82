package dev.penstock.loadtest.generator;

import java.util.List;
import java.util.Optional;

/**
 * What a request looks like.
 *
 * @param model of chats and streams
 * @param embeddingModel of embeddings
 * @param bodyBytes the length of the request's body, at least 256; a prompt fills it where there are no texts
 * @param tokens how many an answer has ({@code max_tokens}), from 1
 * @param prompts how many prompts there are, from 1: requests take them in turn
 * @param texts what the prompts are, as many; empty where they are made
 */
public record RequestShape(
        String model, String embeddingModel, int bodyBytes, int tokens, int prompts, List<Text> texts) {
    /**
     * What is asked.
     *
     * @param text of it
     * @param alike another text whose answer is right too, since it asks the same
     */
    public record Text(String text, Optional<String> alike) {}

    /** With prompts that are made. */
    public RequestShape(String model, String embeddingModel, int bodyBytes, int tokens, int prompts) {
        this(model, embeddingModel, bodyBytes, tokens, prompts, List.of());
    }

    /** Of chats about these texts. */
    public static RequestShape of(String model, int tokens, List<Text> texts) {
        return new RequestShape(model, model, 256, tokens, texts.size(), texts);
    }

    /** A shape within its bounds. */
    public RequestShape {
        texts = List.copyOf(texts);
        if (!texts.isEmpty() && texts.size() != prompts) {
            throw new IllegalArgumentException(
                    "texts: " + texts.size() + " (expected: none, or one for each of " + prompts + " prompts)");
        }
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
