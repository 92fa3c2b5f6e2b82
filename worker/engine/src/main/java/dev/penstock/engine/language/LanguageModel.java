package dev.penstock.engine.language;

import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelDirectory;
import java.util.List;

/**
 * A causal language model that runs.
 *
 * <p>Sequences of many requests share one running batch and join and leave it at token boundaries. Calls may come from
 * any thread. Those that take text tokenize it on the calling thread, which takes about a microsecond for each
 * character: not for an event loop where prompts are long.
 *
 * <p><b>Determinism.</b> At temperature 0 the token with the highest logit is chosen; where others come within {@value
 * #NEAR_TIE} of it, the one with the lowest id among these. Computing a token alone, in a batch or as part of a prompt
 * changes its logits by rounding only (about 1e-5), so the same text comes out in each case, except where a logit lies
 * within that rounding of the edge of the tie. This holds for weights in float32 and for weight-only quantisation;
 * models whose activations are quantised over a whole batch ({@code DynamicQuantizeLinear}) depend on their neighbours.
 * Above temperature 0 the same seed draws the same random numbers and therefore, under the same condition, the same
 * text.
 */
public interface LanguageModel extends AutoCloseable {
    /** Logits closer than this to the highest are tied with it at temperature 0. */
    float NEAR_TIE = 1e-3f;

    /**
     * Loads a model, ready to serve.
     *
     * @throws dev.penstock.engine.ModelLoadException where a file is missing or not what it should be
     */
    static LanguageModel load(ModelDirectory directory, LanguageOptions options) {
        return OnnxLanguageModel.open(directory, options);
    }

    /** What the model is. */
    ModelDescription description();

    /** How busy it is. */
    EngineLoad load();

    /**
     * Whether requests can still be computed. False once it is closed, and where an error that was not to be handled has
     * ended its decode thread: everything then ended with {@link FinishReason#ERROR}, and the model must be loaded
     * again. A model without a thread of its own is always alive.
     */
    default boolean alive() {
        return true;
    }

    /** The sampling that the model's generation_config.json recommends, for what a request leaves open. */
    Sampling defaultSampling();

    /**
     * Starts a generation.
     *
     * @throws dev.penstock.engine.InvalidRequestException where a value is out of range for this model
     * @throws dev.penstock.engine.UnsupportedRequestException where the model has no chat template, and the prompt is a
     *     conversation
     * @throws dev.penstock.engine.ContextLengthException where prompt and {@code maxTokens} exceed the context
     * @throws dev.penstock.engine.EngineBusyException where the queue has no room for all sequences
     * @throws dev.penstock.engine.EngineClosedException after {@link #close}
     */
    Generation generate(GenerationRequest request, GenerationListener listener);

    /** The text of a conversation as the chat template renders it. */
    String render(Prompt.Chat conversation);

    /** The token ids of a prompt. */
    List<Integer> tokenize(Prompt prompt);

    /** How many tokens a prompt has. */
    int countTokens(Prompt prompt);

    /** The text of token ids; special tokens have none. */
    String detokenize(List<Integer> ids);

    /** Refuses new requests, cancels those that run, and frees the model. */
    @Override
    void close();
}
