package dev.penstock.engine.embedding;

import java.util.List;

/**
 * The answer to a request.
 *
 * @param embeddings one for each input, in order
 * @param tokens over all inputs
 */
public record EmbeddingResult(List<Embedding> embeddings, int tokens) {
    public EmbeddingResult {
        embeddings = List.copyOf(embeddings);
    }
}
