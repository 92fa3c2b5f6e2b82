package dev.penstock.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns a body into a request, refusing what every worker would refuse, with the field, its value and what was expected.
 * What is not known here passes: workers know more fields than this.
 */
final class RequestDecoder {
    private static final int MAX_CHOICES = 128;
    private static final int MAX_ECHO_CHARS = 64;
    private static final List<String> EMBEDDING_FORMATS = List.of("float", "base64");

    private final JsonLimits limits;

    RequestDecoder(JsonLimits limits) {
        this.limits = limits;
    }

    InferenceRequest decode(String id, String traceParent, Operation operation, byte[] bytes, long receivedNanos)
            throws JsonRejectedException {
        JsonDocument body = JsonDocument.parse(bytes, limits);
        ModelId model = model(body);
        Set<Capability> required = EnumSet.of(operation.capability());
        int prompts =
                switch (operation) {
                    case CHAT -> messages(body, required);
                    case COMPLETION -> inputs(body, "prompt");
                    case EMBEDDING -> inputs(body, "input");
                };
        if (operation == Operation.EMBEDDING) {
            embedding(body, required);
        } else {
            generation(body, operation, required);
        }
        boolean stream = body.bool("stream").orElse(false);
        if (stream && operation == Operation.EMBEDDING) {
            throw invalid("stream", "true", "false or absent: embeddings come whole");
        }
        OptionalLong n = integer(body, "n", 1, MAX_CHOICES);
        // Nothing generated, the prompt echoed with its log probabilities: how texts are scored.
        int fewest = operation == Operation.COMPLETION ? 0 : 1;
        OptionalLong maxTokens = integer(body, "max_tokens", fewest, Integer.MAX_VALUE);
        OptionalLong maxCompletionTokens = integer(body, "max_completion_tokens", 1, Integer.MAX_VALUE);
        return new InferenceRequest(
                id,
                traceParent,
                operation,
                model,
                body,
                stream,
                includeUsage(body),
                Math.toIntExact(n.orElse(1)) * (operation == Operation.COMPLETION ? prompts : 1),
                maxCompletionTokens.isPresent() ? maxCompletionTokens : maxTokens,
                required,
                receivedNanos,
                Constraints.NONE,
                PromptAffinity.of(body, operation),
                Hops.NONE);
    }

    private static ModelId model(JsonDocument body) throws JsonRejectedException {
        String name = body.string("model").orElseThrow(() -> missing("model", "the name of a model"));
        try {
            return new ModelId(name);
        } catch (IllegalArgumentException e) {
            throw new JsonRejectedException(ApiError.invalid("model", String.valueOf(e.getMessage())));
        }
    }

    private static int messages(JsonDocument body, Set<Capability> required) throws JsonRejectedException {
        if (!body.has("messages")) {
            throw missing("messages", "an array of at least one message");
        }
        FieldScan.Messages messages = FieldScan.messages(body);
        if (messages.count() < 1) {
            String found = messages.count() == 0 ? "[]" : "something else";
            throw invalid("messages", found, "an array of at least one message object");
        }
        if (messages.images()) {
            required.add(Capability.VISION);
        }
        if (messages.audio()) {
            required.add(Capability.AUDIO);
        }
        return 1;
    }

    private static int inputs(JsonDocument body, String field) throws JsonRejectedException {
        String expected = "a string, an array of strings, of token ids, or of arrays of token ids; not empty";
        if (!body.has(field)) {
            throw missing(field, expected);
        }
        int count = FieldScan.inputs(body, field).count();
        if (count < 1) {
            throw invalid(field, count == 0 ? "empty" : "something else", expected);
        }
        return count;
    }

    private static void embedding(JsonDocument body, Set<Capability> required) throws JsonRejectedException {
        Optional<String> format = body.string("encoding_format");
        if (format.isPresent() && !EMBEDDING_FORMATS.contains(format.get())) {
            throw invalid("encoding_format", echo(body, "encoding_format"), "\"float\" or \"base64\"");
        }
        if (integer(body, "dimensions", 1, Integer.MAX_VALUE).isPresent()) {
            required.add(Capability.DIMENSIONS);
        }
    }

    private static void generation(JsonDocument body, Operation operation, Set<Capability> required)
            throws JsonRejectedException {
        if (FieldScan.anyElement(body, "tools") || FieldScan.anyElement(body, "functions")) {
            required.add(Capability.TOOLS);
        }
        switch (FieldScan.type(body, "response_format")) {
            case "json_object" -> required.add(Capability.JSON_OBJECT);
            case "json_schema" -> required.add(Capability.JSON_SCHEMA);
            default -> {}
        }
        boolean logprobs = operation == Operation.CHAT
                ? body.bool("logprobs").orElse(false)
                : integer(body, "logprobs", 0, Integer.MAX_VALUE).isPresent();
        if (logprobs) {
            required.add(Capability.LOGPROBS);
        }
        if (operation == Operation.COMPLETION
                && body.string("suffix").filter(suffix -> !suffix.isEmpty()).isPresent()) {
            required.add(Capability.SUFFIX);
        }
    }

    private static boolean includeUsage(JsonDocument body) throws JsonRejectedException {
        if (FieldScan.isTrue(body, "stream_options", "include_usage")) {
            return true;
        }
        Optional<JsonNode> options = body.value("stream_options");
        if (options.isEmpty()) {
            return false;
        }
        if (!options.get().isObject()) {
            throw invalid("stream_options", echo(body, "stream_options"), "an object");
        }
        JsonNode include = options.get().path("include_usage");
        if (!include.isMissingNode() && !include.isNull() && !include.isBoolean()) {
            throw invalid("stream_options.include_usage", cut(include.toString()), "true or false");
        }
        return include.asBoolean(false);
    }

    private static OptionalLong integer(JsonDocument body, String field, int least, int most)
            throws JsonRejectedException {
        Optional<JsonNode> value = body.value(field);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        JsonNode number = value.get();
        if (!number.isIntegralNumber()
                || !number.canConvertToInt()
                || number.intValue() < least
                || number.intValue() > most) {
            throw invalid(field, echo(body, field), "an integer from " + least + " to " + most);
        }
        return OptionalLong.of(number.intValue());
    }

    private static String echo(JsonDocument body, String field) {
        return cut(body.raw(field).orElse(""));
    }

    private static String cut(String value) {
        return value.length() > MAX_ECHO_CHARS ? value.substring(0, MAX_ECHO_CHARS) + "..." : value;
    }

    private static JsonRejectedException missing(String field, String expected) {
        return invalid(field, "missing", expected);
    }

    private static JsonRejectedException invalid(String field, String found, String expected) {
        return new JsonRejectedException(
                ApiError.invalid(field, field + ": " + found + " (expected: " + expected + ")"));
    }
}
