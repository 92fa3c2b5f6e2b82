package dev.penstock.engine.embedding;

import dev.penstock.engine.EngineException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** A request on its way: texts in, vectors out as they come. The batch thread alone fills it. */
final class EmbeddingJob {
    private final CompletableFuture<EmbeddingResult> future = new CompletableFuture<>();
    private final Embedding[] embeddings;
    private final int dimensions;
    private int missing;

    /** A text, or what was made of it, to be embedded. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by content
    record Item(EmbeddingJob job, int index, int[] ids, boolean truncated, boolean alone) {}

    /**
     * A job without results.
     *
     * @param dimensions the length of the vectors asked for
     */
    EmbeddingJob(int inputs, int dimensions) {
        this.embeddings = new Embedding[inputs];
        this.dimensions = dimensions;
        this.missing = inputs;
    }

    CompletableFuture<EmbeddingResult> future() {
        return future;
    }

    boolean isOver() {
        return future.isDone();
    }

    int dimensions() {
        return dimensions;
    }

    void complete(Item item, float[] vector) {
        embeddings[item.index()] = new Embedding(vector, item.ids().length, item.truncated());
        missing--;
        if (missing == 0) {
            int tokens = Arrays.stream(embeddings).mapToInt(Embedding::tokens).sum();
            future.complete(new EmbeddingResult(Arrays.asList(embeddings), tokens));
        }
    }

    void fail(EngineException why) {
        future.completeExceptionally(why);
    }
}
