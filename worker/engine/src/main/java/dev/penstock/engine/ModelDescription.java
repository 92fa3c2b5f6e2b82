package dev.penstock.engine;

import java.util.Set;

/**
 * What a loaded model is.
 *
 * @param kind language or embedding
 * @param architecture the {@code model_type} of config.json, such as {@code llama}
 * @param revision a hash over the contents of the model's files: 16 hexadecimal digits, the same on every machine
 * @param tokenizerId a hash over tokenizer.json: models with the same id count tokens alike
 * @param parameterCount the number of trained weights
 * @param contextLength the most tokens that a sequence may hold
 * @param vocabularySize the number of token ids
 * @param embeddingDimensions the length of a vector; 0 for language models
 * @param weightType the type that most weights are stored in, such as {@code float32} or {@code int8}
 * @param capabilities what requests may ask for
 */
public record ModelDescription(
        ModelKind kind,
        String architecture,
        String revision,
        String tokenizerId,
        long parameterCount,
        int contextLength,
        int vocabularySize,
        int embeddingDimensions,
        String weightType,
        Set<Capability> capabilities) {
    public ModelDescription {
        capabilities = Set.copyOf(capabilities);
    }

    /** Whether requests may ask for this. */
    public boolean can(Capability capability) {
        return capabilities.contains(capability);
    }
}
