package dev.penstock.engine.embedding;

import java.util.List;

/** One thing to embed. */
public sealed interface EmbeddingInput {
    /**
     * A text.
     *
     * @param text not empty
     */
    record Text(String text) implements EmbeddingInput {}

    /**
     * Token ids, taken as they are: special tokens included.
     *
     * @param ids at least one
     */
    record Tokens(List<Integer> ids) implements EmbeddingInput {
        public Tokens {
            ids = List.copyOf(ids);
        }
    }
}
