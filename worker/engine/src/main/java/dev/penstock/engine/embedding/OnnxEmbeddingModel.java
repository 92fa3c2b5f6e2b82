package dev.penstock.engine.embedding;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;

@SuppressWarnings("DoNotCallSuggester")
final class OnnxEmbeddingModel {
    private OnnxEmbeddingModel() {}

    static EmbeddingModel open(ModelDirectory directory, EmbeddingOptions options) {
        throw new ModelLoadException(
                directory.path(), "embedding models do not load yet (batches of " + options.batchLimit() + ")");
    }
}
