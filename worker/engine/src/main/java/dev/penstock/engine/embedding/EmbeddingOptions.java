package dev.penstock.engine.embedding;

import dev.penstock.engine.RuntimeOptions;

/**
 * How an embedding model is served.
 *
 * @param runtime how ONNX Runtime executes it
 * @param batchLimit the most texts in one batch
 * @param batchTokensLimit the most tokens in one batch, padding included
 * @param queueLimit the most texts that wait; one request may not bring more
 */
public record EmbeddingOptions(RuntimeOptions runtime, int batchLimit, int batchTokensLimit, int queueLimit) {
    public EmbeddingOptions {
        positive("batchLimit", batchLimit);
        positive("batchTokensLimit", batchTokensLimit);
        positive("queueLimit", queueLimit);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    /** Batches of 32 texts or 4,096 tokens, 4,096 texts waiting, one thread. */
    public static EmbeddingOptions defaults() {
        return new EmbeddingOptions(RuntimeOptions.cpu(), 32, 4_096, 4_096);
    }

    /** These options with another runtime. */
    public EmbeddingOptions withRuntime(RuntimeOptions other) {
        return new EmbeddingOptions(other, batchLimit, batchTokensLimit, queueLimit);
    }
}
