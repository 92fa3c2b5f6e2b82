package dev.penstock.engine.embedding;

import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelDirectory;
import java.util.concurrent.CompletableFuture;

/**
 * A text embedding model that runs.
 *
 * <p>Texts that arrive while a batch runs form the next ones, grouped by length. Models whose activations are quantised
 * over a whole batch (such as the int8 export of all-MiniLM-L6-v2) give a slightly different vector to the same text in
 * other company: cosine 0.995 and more. {@link #embedAlone} avoids it.
 */
public interface EmbeddingModel extends AutoCloseable {
    /**
     * Loads a model, ready to serve.
     *
     * @throws dev.penstock.engine.ModelLoadException where a file is missing or not what it should be
     */
    static EmbeddingModel load(ModelDirectory directory, EmbeddingOptions options) {
        return OnnxEmbeddingModel.open(directory, options);
    }

    /** What the model is. */
    ModelDescription description();

    /** How busy it is. */
    EngineLoad load();

    /**
     * Whether requests can still be computed. False once it is closed, and where an error that was not to be handled has
     * ended its thread: everything then failed with {@link dev.penstock.engine.InferenceException}, and the model must
     * be loaded again. A model without a thread of its own is always alive.
     */
    default boolean alive() {
        return true;
    }

    /**
     * Embeds texts, in batches with those of others. The result comes on the model's thread: hop off before doing more
     * than handing it on. Cancelling the future takes texts not yet begun out of the queue.
     *
     * @throws dev.penstock.engine.InvalidRequestException where a value is out of range for this model
     * @throws dev.penstock.engine.UnsupportedRequestException where {@code dimensions} is asked of a model that has
     *     only its own
     * @throws dev.penstock.engine.ContextLengthException where an input is too long and must not be cut
     * @throws dev.penstock.engine.EngineBusyException where the queue has no room for all inputs
     * @throws dev.penstock.engine.EngineClosedException after {@link #close}
     */
    CompletableFuture<EmbeddingResult> embed(EmbeddingRequest request);

    /** Embeds each input in a batch of its own: the same text gives the same vector, bit for bit. */
    CompletableFuture<EmbeddingResult> embedAlone(EmbeddingRequest request);

    /** How many tokens an input has, special tokens included, before it is cut. */
    int countTokens(EmbeddingInput input);

    /** Refuses new requests, fails those that wait, and frees the model. */
    @Override
    void close();
}
