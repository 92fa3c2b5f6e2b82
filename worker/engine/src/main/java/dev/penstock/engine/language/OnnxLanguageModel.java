package dev.penstock.engine.language;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;

final class OnnxLanguageModel {
    private OnnxLanguageModel() {}

    static LanguageModel open(ModelDirectory directory, LanguageOptions options) {
        if (options.runningLimit() > 0) {
            throw new ModelLoadException(directory.path(), "language models do not load yet");
        }
        return open(directory, options);
    }
}
