package dev.penstock.worker;

import dev.penstock.engine.Accelerator;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.embedding.EmbeddingOptions;
import dev.penstock.engine.language.LanguageModel;
import dev.penstock.engine.language.LanguageOptions;
import dev.penstock.worker.config.ModelConfig;
import dev.penstock.worker.http.HostedModel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads models side by side, each on a platform thread of its own: loading is native code that would pin a virtual one. */
final class ModelLoading {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLoading.class);
    private static final int EMBEDDING_TOKENS_A_PLACE = 128;

    private final InstantSource clock;
    private final LongSupplier nanoClock;

    ModelLoading(InstantSource clock, LongSupplier nanoClock) {
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /** All models in the order of the configuration; where one fails, those that loaded are closed again. */
    CompletableFuture<List<HostedModel>> all(List<ModelConfig> configs) {
        List<CompletableFuture<HostedModel>> loading =
                configs.stream().map(this::start).toList();
        return CompletableFuture.allOf(loading.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    if (failure != null) {
                        loading.stream()
                                .filter(model -> !model.isCompletedExceptionally())
                                .forEach(model -> model.join().close());
                        throw failure instanceof CompletionException wrapped
                                ? wrapped
                                : new CompletionException(failure);
                    }
                    List<HostedModel> models = new ArrayList<>();
                    loading.forEach(model -> models.add(model.join()));
                    return models;
                });
    }

    private CompletableFuture<HostedModel> start(ModelConfig config) {
        CompletableFuture<HostedModel> loaded = new CompletableFuture<>();
        Thread.ofPlatform().name("load " + config.servedName()).daemon().start(() -> {
            // Whatever ends the thread must reach the one who waits: an Error of the native loader too.
            try {
                loaded.complete(load(config));
            } catch (RuntimeException | LinkageError failure) {
                loaded.completeExceptionally(failure);
            } finally {
                loaded.completeExceptionally(new IllegalStateException("loading ended without a result"));
            }
        });
        return loaded;
    }

    private HostedModel load(ModelConfig config) {
        long start = nanoClock.getAsLong();
        ModelDirectory directory = ModelDirectory.open(config.path());
        HostedModel hosted =
                switch (directory.kind()) {
                    case LANGUAGE ->
                        new HostedModel.Language(
                                config.servedName(),
                                clock.instant().getEpochSecond(),
                                LanguageModel.load(directory, languageOptions(config)));
                    case EMBEDDING ->
                        new HostedModel.Embedding(
                                config.servedName(),
                                clock.instant().getEpochSecond(),
                                EmbeddingModel.load(directory, embeddingOptions(config)));
                };
        LOG.atInfo()
                .addKeyValue("model", hosted.name())
                .addKeyValue("revision", hosted.description().revision())
                .addKeyValue("parameters", hosted.description().parameterCount())
                .addKeyValue(
                        "duration_ms",
                        Duration.ofNanos(nanoClock.getAsLong() - start).toMillis())
                .log("model loaded");
        return hosted;
    }

    private static LanguageOptions languageOptions(ModelConfig config) {
        return new LanguageOptions(
                runtime(config),
                config.maxBatch(),
                config.queue(),
                config.cachedTokens(),
                config.prefillTokens(),
                config.contextTokens().orElse(0));
    }

    private static EmbeddingOptions embeddingOptions(ModelConfig config) {
        return new EmbeddingOptions(
                runtime(config),
                config.maxBatch(),
                config.maxBatch() * EMBEDDING_TOKENS_A_PLACE,
                config.embeddingQueue());
    }

    private static RuntimeOptions runtime(ModelConfig config) {
        Accelerator accelerator =
                switch (config.device()) {
                    case CPU -> Accelerator.CPU;
                    case CUDA -> Accelerator.CUDA;
                };
        return new RuntimeOptions(accelerator, config.threads(), 1);
    }
}
