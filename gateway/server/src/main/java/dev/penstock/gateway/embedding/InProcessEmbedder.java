package dev.penstock.gateway.embedding;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.embedding.EmbeddingOptions;
import dev.penstock.engine.embedding.EmbeddingRequest;
import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Embeds with a model in this process: a text goes nowhere else. Two platform threads: one tokenizes, in order of arrival
 * from a bounded queue, one computes whatever waits for it in batches ({@link EmbeddingModel}). What nobody waits for any
 * more is taken out of both. The same text in other company may have a vector that differs by a cosine of 0.005.
 */
public final class InProcessEmbedder implements Embedder {
    /** Texts that wait to be tokenized, and as many again that wait to be computed: more could not come in time. */
    static final int MAX_WAITING = 64;

    private static final int BATCH_LIMIT = 8;
    private static final int BATCH_TOKENS_LIMIT = 1_024;

    private final EmbeddingModel model;
    private final EmbeddingCounts counts;
    private final ThreadPoolExecutor tokenizing;

    private InProcessEmbedder(EmbeddingModel model, EmbeddingCounts counts) {
        this.model = model;
        this.counts = counts;
        this.tokenizing = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("embedder").factory());
    }

    /**
     * Loads a model; blocks until it is there.
     *
     * @param directory in the Hugging Face layout
     * @param counts what comes of each text is counted there
     * @throws IllegalArgumentException where there is no embedding model, or it does not load
     */
    public static InProcessEmbedder load(Path directory, EmbeddingCounts counts) {
        EmbeddingOptions options =
                new EmbeddingOptions(RuntimeOptions.cpu(), BATCH_LIMIT, BATCH_TOKENS_LIMIT, MAX_WAITING);
        try {
            return over(EmbeddingModel.load(ModelDirectory.open(directory), options), counts);
        } catch (EngineException | ModelLoadException refused) {
            throw new IllegalArgumentException(
                    "embedding model " + directory + ": " + refused.getMessage() + " (expected: an embedding model)",
                    refused);
        }
    }

    /** Over a model that is loaded, and is closed with it. */
    static InProcessEmbedder over(EmbeddingModel model, EmbeddingCounts counts) {
        return new InProcessEmbedder(model, counts);
    }

    @Override
    public boolean leavesProcess() {
        return false;
    }

    @Override
    public Future<float[]> embed(String text, Duration within) {
        CompletableFuture<float[]> vector = new CompletableFuture<>();
        try {
            tokenizing.execute(() -> begin(text, vector));
        } catch (RejectedExecutionException full) {
            return missed(Reason.BUSY);
        }
        return Future.fromCompletionStage(vector.orTimeout(within.toNanos(), TimeUnit.NANOSECONDS))
                .onSuccess(made -> counts.countMade())
                .recover(failure -> missed(reason(failure)));
    }

    private Future<float[]> missed(Reason reason) {
        counts.countMissed(reason);
        return Future.failedFuture(new EmbeddingMissedException(reason));
    }

    private void begin(String text, CompletableFuture<float[]> vector) {
        if (vector.isDone()) {
            return; // it came too late for this already
        }
        try {
            var running = model.embed(EmbeddingRequest.of(EmbeddedText.of(text)));
            var unused = running.whenComplete((result, failure) -> {
                if (failure != null) {
                    vector.completeExceptionally(failure);
                } else {
                    vector.complete(result.embeddings().getFirst().vector());
                }
            });
            var unusedToo = vector.whenComplete((made, late) -> running.cancel(false));
        } catch (EngineException refused) {
            vector.completeExceptionally(refused);
        }
    }

    private static Reason reason(Throwable failure) {
        return switch (failure) {
            case TimeoutException late -> Reason.LATE;
            case EngineBusyException full -> Reason.BUSY;
            default -> Reason.FAILED;
        };
    }

    @Override
    public void close() {
        tokenizing.shutdownNow();
        model.close();
    }
}
