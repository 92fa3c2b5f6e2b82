package dev.penstock.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.language.GenerationRequest;
import dev.penstock.engine.language.Sampling;
import dev.penstock.engine.language.StopRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The parameters that chat and plain completions share: OpenAI's, and those that vLLM adds. */
final class SamplingFields {
    private static final Pattern TOKEN_ID = Pattern.compile("\\d{1,9}");

    private SamplingFields() {}

    /** How tokens are chosen; what the request leaves open is as the model recommends. */
    static Sampling sampling(RequestFields fields, Sampling recommended) {
        Sampling.Builder builder = recommended.toBuilder();
        fields.number("temperature", 0, 2).ifPresent(builder::temperature);
        fields.number("top_p", 0, 1).ifPresent(builder::topP);
        // vLLM writes "all" as -1, others as 0.
        fields.integer("top_k", -1, Integer.MAX_VALUE).ifPresent(value -> builder.topK(Math.max(0, value)));
        fields.number("min_p", 0, 1).ifPresent(builder::minP);
        fields.number("presence_penalty", -2, 2).ifPresent(builder::presencePenalty);
        fields.number("frequency_penalty", -2, 2).ifPresent(builder::frequencyPenalty);
        fields.number("repetition_penalty", 0.01, 10).ifPresent(builder::repetitionPenalty);
        fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE).ifPresent(builder::seed);
        logitBias(fields).ifPresent(builder::logitBias);
        return builder.build();
    }

    private static Optional<Map<Integer, Float>> logitBias(RequestFields fields) {
        Optional<JsonNode> value = fields.value("logit_bias");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isObject()) {
            throw fields.wrong("logit_bias", "an object from token id to bias");
        }
        Map<Integer, Float> biases = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : value.get().properties()) {
            JsonNode bias = entry.getValue();
            if (!TOKEN_ID.matcher(entry.getKey()).matches() || !bias.isNumber()) {
                throw fields.wrong("logit_bias", "an object from token id to a number from -100 to 100");
            }
            biases.put(Integer.valueOf(entry.getKey()), bias.floatValue());
        }
        return Optional.of(biases);
    }

    /** When a completion ends. */
    static StopRules stop(RequestFields fields, OptionalInt maxTokens) {
        return new StopRules(
                maxTokens,
                fields.integer("min_tokens", 0, Integer.MAX_VALUE).orElse(0),
                fields.strings("stop"),
                new HashSet<>(fields.tokenIds("stop_token_ids")),
                fields.flag("ignore_eos"));
    }

    /** How many completions; {@code best_of} may only repeat it, since the engine keeps all that it makes. */
    static int sequences(RequestFields fields) {
        int count = fields.integer("n", 1, GenerationRequest.SEQUENCES_LIMIT).orElse(1);
        OptionalInt bestOf = fields.integer("best_of", 1, GenerationRequest.SEQUENCES_LIMIT);
        if (bestOf.isPresent() && bestOf.getAsInt() != count) {
            throw fields.wrong("best_of", "the value of n, " + count);
        }
        return count;
    }

    /** Whether the answer is a stream. */
    static boolean stream(RequestFields fields) {
        return fields.flag("stream");
    }

    /** Whether a stream ends with a chunk that holds the usage. */
    static boolean includeUsage(RequestFields fields) {
        Optional<JsonNode> options = fields.value("stream_options");
        if (options.isEmpty()) {
            return false;
        }
        if (!options.get().isObject()) {
            throw fields.wrong("stream_options", "an object");
        }
        if (!stream(fields)) {
            throw fields.wrong("stream_options", "nothing unless stream is true");
        }
        JsonNode include = options.get().path("include_usage");
        if (!include.isBoolean() && !include.isMissingNode() && !include.isNull()) {
            throw RequestRejectedException.invalid(
                    "stream_options.include_usage", RequestFields.kind(include), "true or false");
        }
        return include.asBoolean(false);
    }
}
