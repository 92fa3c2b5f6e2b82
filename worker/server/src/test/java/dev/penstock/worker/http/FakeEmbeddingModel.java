package dev.penstock.worker.http;

import dev.penstock.engine.Capability;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelKind;
import dev.penstock.engine.PromptTokens;
import dev.penstock.engine.embedding.Embedding;
import dev.penstock.engine.embedding.EmbeddingInput;
import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.embedding.EmbeddingRequest;
import dev.penstock.engine.embedding.EmbeddingResult;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An embedding model that gives every input the vector (1, -0.5, 0.25). */
public final class FakeEmbeddingModel implements EmbeddingModel {
    @Override
    public ModelDescription description() {
        return new ModelDescription(
                ModelKind.EMBEDDING, "fake", "fedc", "tok", 1000, 512, 256, 3, "float32", Set.of(Capability.EMBEDDING));
    }

    @Override
    public EngineLoad load() {
        return new EngineLoad(0, 8, 0, 64, 0, 0, new PromptTokens(3, 20));
    }

    @Override
    public CompletableFuture<EmbeddingResult> embed(EmbeddingRequest request) {
        List<Embedding> embeddings = request.inputs().stream()
                .map(input -> new Embedding(new float[] {1, -0.5f, 0.25f}, countTokens(input), false))
                .toList();
        return CompletableFuture.completedFuture(new EmbeddingResult(
                embeddings, embeddings.stream().mapToInt(Embedding::tokens).sum()));
    }

    @Override
    public CompletableFuture<EmbeddingResult> embedAlone(EmbeddingRequest request) {
        return embed(request);
    }

    @Override
    public int countTokens(EmbeddingInput input) {
        return 2;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
