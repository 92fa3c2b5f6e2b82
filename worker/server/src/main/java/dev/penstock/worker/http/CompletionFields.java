package dev.penstock.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.language.GenerationRequest;
import dev.penstock.engine.language.Prompt;
import dev.penstock.engine.language.Sampling;
import dev.penstock.engine.language.StopRules;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The body of {@code POST /v1/completions}. */
final class CompletionFields {
    /** OpenAI's own default. */
    private static final int DEFAULT_MAX_TOKENS = 16;

    private static final int PROMPTS_LIMIT = 128;
    private static final String PROMPTS = "a string, a list of strings, token ids or lists of token ids";

    private CompletionFields() {}

    static GenerationCall decode(RequestFields fields, Sampling recommended) {
        Unsupported.checkCompletion(fields);
        boolean echo = fields.flag("echo");
        int sequences = SamplingFields.sequences(fields);
        OptionalInt logprobs = fields.integer("logprobs", 0, GenerationRequest.TOP_LOGPROBS_LIMIT);
        OptionalInt maxTokens = OptionalInt.of(
                fields.integer("max_tokens", echo ? 0 : 1, Integer.MAX_VALUE).orElse(DEFAULT_MAX_TOKENS));
        Sampling sampling = SamplingFields.sampling(fields, recommended);
        StopRules stop = SamplingFields.stop(fields, maxTokens);
        List<GenerationRequest> requests = prompts(fields).stream()
                .map(prompt -> new GenerationRequest(prompt, sampling, stop, sequences, logprobs, echo))
                .toList();
        return new GenerationCall(
                requests,
                sequences,
                logprobs.isPresent(),
                SamplingFields.stream(fields),
                SamplingFields.includeUsage(fields));
    }

    private static List<Prompt> prompts(RequestFields fields) {
        JsonNode node = fields.value("prompt").orElseThrow(() -> fields.wrong("prompt", PROMPTS));
        if (node.isTextual()) {
            return List.of(new Prompt.Text(node.textValue()));
        }
        if (!node.isArray() || node.isEmpty()) {
            throw node.isArray()
                    ? RequestRejectedException.invalid("prompt", "an empty list", PROMPTS)
                    : fields.wrong("prompt", PROMPTS);
        }
        if (node.get(0).isNumber()) {
            return List.of(new Prompt.Tokens(RequestFields.tokenIds("prompt", node)));
        }
        if (node.size() > PROMPTS_LIMIT) {
            throw RequestRejectedException.invalid("prompt", node.size() + " prompts", "at most " + PROMPTS_LIMIT);
        }
        List<Prompt> prompts = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            prompts.add(prompt(element));
        }
        return prompts;
    }

    private static Prompt prompt(JsonNode element) {
        if (element.isTextual()) {
            return new Prompt.Text(element.textValue());
        }
        if (element.isArray() && !element.isEmpty()) {
            return new Prompt.Tokens(RequestFields.tokenIds("prompt", element));
        }
        throw RequestRejectedException.invalid("prompt", "a list with " + RequestFields.kind(element), PROMPTS);
    }
}
