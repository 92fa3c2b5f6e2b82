package dev.penstock.worker.http;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenLogprob;
import dev.penstock.engine.language.Usage;
import java.util.List;

/**
 * How an answer is written: as frames of an event stream or as one object. One instance serves one answer and is used by
 * one thread at a time.
 */
sealed interface ReplyShape permits ChatShape, CompletionShape {
    /** The frame that ends every stream that ended well. */
    String DONE = "data: [DONE]\n\n";

    /** The frame that opens a choice, if the shape has one. */
    void opening(Json out, int choice);

    /** The frame of a piece of text; nothing where there is nothing to show. */
    void delta(Json out, int choice, String text, List<TokenLogprob> logprobs);

    /** The frame that ends a choice. */
    void ending(Json out, int choice, FinishReason reason);

    /** The frame of usage that was asked for. */
    void usage(Json out, Usage usage);

    /** The answer as one object. */
    void whole(Json out, List<Choice> choices, Usage usage);

    /** OpenAI's word for it. The other reasons are errors, not ends. */
    static String word(FinishReason reason) {
        return reason == FinishReason.LENGTH ? "\"length\"" : "\"stop\"";
    }

    /** {@code "usage":{...}} with the details that this engine never has anything to say about. */
    static void writeUsage(Json out, Usage usage) {
        out.raw("\"usage\":{\"prompt_tokens\":")
                .number(usage.promptTokens())
                .raw(",\"completion_tokens\":")
                .number(usage.completionTokens())
                .raw(",\"total_tokens\":")
                .number(usage.totalTokens())
                .raw(",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}")
                .raw(",\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,")
                .raw("\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}");
    }
}
