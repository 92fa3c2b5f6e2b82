package dev.penstock.engine.language;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;

@SuppressWarnings("DoNotCallSuggester")
final class OnnxLanguageModel {
    private OnnxLanguageModel() {}

    static LanguageModel open(ModelDirectory directory, LanguageOptions options) {
        throw new ModelLoadException(
                directory.path(), "language models do not load yet (batches of " + options.runningLimit() + ")");
    }
}
