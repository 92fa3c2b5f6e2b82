package dev.penstock.engine;

/** The kinds of model that the engine runs. */
public enum ModelKind {
    /** A causal language model, loaded by {@code LanguageModel}. */
    LANGUAGE,
    /** A text embedding model, loaded by {@code EmbeddingModel}. */
    EMBEDDING
}
