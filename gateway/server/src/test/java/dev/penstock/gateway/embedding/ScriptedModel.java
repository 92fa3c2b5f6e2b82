package dev.penstock.gateway.embedding;

import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.PromptTokens;
import dev.penstock.engine.embedding.Embedding;
import dev.penstock.engine.embedding.EmbeddingInput;
import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.embedding.EmbeddingRequest;
import dev.penstock.engine.embedding.EmbeddingResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A model that answers as told. */
record ScriptedModel(Function<EmbeddingRequest, CompletableFuture<EmbeddingResult>> answers) implements EmbeddingModel {
    static EmbeddingResult vector(float... components) {
        return new EmbeddingResult(List.of(new Embedding(components, 1, false)), 1);
    }

    @Override
    public ModelDescription description() {
        throw new UnsupportedOperationException();
    }

    @Override
    public EngineLoad load() {
        return new EngineLoad(0, 1, 0, 1, 0, 0, new PromptTokens(0, 0));
    }

    @Override
    public CompletableFuture<EmbeddingResult> embed(EmbeddingRequest request) {
        return answers.apply(request);
    }

    @Override
    public CompletableFuture<EmbeddingResult> embedAlone(EmbeddingRequest request) {
        return answers.apply(request);
    }

    @Override
    public int countTokens(EmbeddingInput input) {
        return 1;
    }

    @Override
    public void close() {}
}
