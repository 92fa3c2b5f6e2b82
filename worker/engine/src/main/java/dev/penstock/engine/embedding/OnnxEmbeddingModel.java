package dev.penstock.engine.embedding;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;

final class OnnxEmbeddingModel {
    private OnnxEmbeddingModel() {}

    static EmbeddingModel open(ModelDirectory directory, EmbeddingOptions options) {
        if (options.batchLimit() > 0) {
            throw new ModelLoadException(directory.path(), "embedding models do not load yet");
        }
        return open(directory, options);
    }
}
