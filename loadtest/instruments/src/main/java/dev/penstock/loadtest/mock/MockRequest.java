package dev.penstock.loadtest.mock;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a mock understands of a request; all else in it is passed over.
 *
 * @param model its name
 * @param texts those of {@code messages[].content} (strings, and those of text parts), {@code prompt} or
 *     {@code input}, in their order; at least one of embeddings and completions
 * @param tokens {@code max_completion_tokens}, or else {@code max_tokens}, from 1
 * @param choices {@code n}, from 1 to 128
 * @param stream whether it is to be streamed
 * @param usage whether a stream has usage ({@code stream_options.include_usage})
 * @param dimensions of embeddings, from 1
 * @param base64 whether embeddings are to be in base64
 */
public record MockRequest(
        String model,
        List<String> texts,
        OptionalInt tokens,
        int choices,
        boolean stream,
        boolean usage,
        OptionalInt dimensions,
        boolean base64) {
    /** The most choices. */
    public static final int MAX_CHOICES = 128;

    /** A request of these parts. */
    public MockRequest {
        texts = List.copyOf(texts);
    }

    /**
     * Reads a request.
     *
     * @param body JSON in UTF-8
     * @throws MockRequestRefusedException when it is none, lacks the model or the texts, or a field that is understood has
     *     no sensible value
     */
    public static MockRequest parse(MockEndpoint endpoint, byte[] body) {
        return new MockRequestReader(endpoint).read(body);
    }

    /** The texts one after the other: what {@link AnswerKey#answer} takes. */
    public String prompt() {
        return texts.size() == 1 ? texts.getFirst() : String.join("", texts);
    }
}
