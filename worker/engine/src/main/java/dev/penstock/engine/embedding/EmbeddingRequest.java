package dev.penstock.engine.embedding;

import dev.penstock.engine.InvalidRequestException;
import java.util.List;
import java.util.OptionalInt;

/**
 * What to embed.
 *
 * @param inputs at least one
 * @param dimensions the length of the vectors, for models that allow shortening them
 * @param truncate whether an input longer than the model takes is cut; otherwise it is an error
 */
public record EmbeddingRequest(List<EmbeddingInput> inputs, OptionalInt dimensions, boolean truncate) {
    /** The most inputs of one request. */
    public static final int INPUTS_LIMIT = 2048;

    public EmbeddingRequest {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty() || inputs.size() > INPUTS_LIMIT) {
            throw new InvalidRequestException(
                    "input", inputs.size() + " entries (expected: 1 to " + INPUTS_LIMIT + ")");
        }
        if (dimensions.isPresent() && dimensions.getAsInt() < 1) {
            throw new InvalidRequestException("dimensions", dimensions.getAsInt() + " (expected: an integer >= 1)");
        }
    }

    /** These texts, in the model's own dimensions, cut where they are too long. */
    public static EmbeddingRequest of(String... texts) {
        List<EmbeddingInput> inputs = List.of(texts).stream()
                .<EmbeddingInput>map(EmbeddingInput.Text::new)
                .toList();
        return new EmbeddingRequest(inputs, OptionalInt.empty(), true);
    }
}
