package dev.penstock.gateway.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * An answer worth keeping, as one JSON document, whether it came so or as a stream: whole, ended of its own accord, and words
 * alone. Of a refusal, of tools to be called, of an answer that was cut off at its length or filtered, nothing is kept.
 */
final class Keepable {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> COUNTS = List.of("prompt_tokens", "completion_tokens", "total_tokens");
    private static final int MOST_FRAME_BYTES = 1 << 20;

    private Keepable() {}

    /**
     * Reads what a client was sent.
     *
     * @param used what the worker said, told to whoever asks for it
     * @return empty where it is not worth keeping
     */
    static Optional<byte[]> of(Operation operation, boolean stream, byte[] sent, TokenUsage used) {
        try {
            JsonNode answer = stream ? joined(operation, sent) : MAPPER.readTree(sent);
            if (!(answer instanceof ObjectNode whole) || !worth(operation, whole)) {
                return Optional.empty();
            }
            usage(whole, used);
            return Optional.of(MAPPER.writeValueAsBytes(whole));
        } catch (IOException | SseRejectedException broken) { // it was checked on its way; what is odd is not kept
            return Optional.empty();
        }
    }

    private static boolean worth(Operation operation, ObjectNode answer) {
        if (answer.hasNonNull("error") || !counted(answer.path("usage"))) {
            return false;
        }
        if (operation == Operation.EMBEDDING) {
            return answer.path("data").isArray() && !answer.path("data").isEmpty() && vectors(answer.path("data"));
        }
        JsonNode choices = answer.path("choices");
        if (!choices.isArray() || choices.isEmpty()) {
            return false;
        }
        Set<Integer> indexes = new HashSet<>();
        for (JsonNode choice : choices) {
            if (!indexes.add(choice.path("index").asInt())
                    || !choice.path("finish_reason").asText().equals("stop")
                    || !words(operation, choice)) {
                return false;
            }
        }
        return true;
    }

    private static boolean vectors(JsonNode data) {
        for (JsonNode each : data) {
            JsonNode vector = each.path("embedding");
            if (vector.isArray()
                    ? vector.isEmpty()
                    : !vector.isTextual() || vector.textValue().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static boolean words(Operation operation, JsonNode choice) {
        if (operation == Operation.COMPLETION) {
            return choice.path("text").isTextual()
                    && !choice.path("text").textValue().isBlank();
        }
        JsonNode message = choice.path("message");
        JsonNode calls = message.path("tool_calls");
        return message.path("content").isTextual()
                && !message.path("content").textValue().isBlank()
                && message.path("refusal").asText("").isEmpty()
                && (calls.isMissingNode() || calls.isNull() || (calls.isArray() && calls.isEmpty()))
                && !message.hasNonNull("function_call")
                && !message.hasNonNull("audio")
                && message.properties().stream().allMatch(field -> told(field.getValue()));
    }

    /** Whether a stream can tell it, piece by piece, or need not. */
    private static boolean told(JsonNode part) {
        return part.isTextual() || part.isNull() || (part.isContainerNode() && part.isEmpty());
    }

    /** Whether it says what it used as one would, where it says it at all. */
    private static boolean counted(JsonNode usage) {
        if (usage.isMissingNode() || usage.isNull()) {
            return true;
        }
        return usage.isObject()
                && COUNTS.stream()
                        .map(usage::path)
                        .allMatch(count -> count.isMissingNode()
                                || (count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 0));
    }

    /** What it cost is not what it costs to give it again. */
    private static void usage(ObjectNode answer, TokenUsage used) {
        if (answer.get("usage") instanceof ObjectNode told) {
            told.remove("cost_usd");
        }
        if (!answer.hasNonNull("usage")) {
            ObjectNode usage = answer.putObject("usage");
            usage.put("prompt_tokens", used.promptTokens());
            usage.put("completion_tokens", used.completionTokens());
            usage.put("total_tokens", used.totalTokens());
        }
    }

    /** The chunks of a stream as the document that they are the parts of. */
    private static JsonNode joined(Operation operation, byte[] sent) throws IOException, SseRejectedException {
        SseDecoder decoder = new SseDecoder(MOST_FRAME_BYTES);
        decoder.feed(sent);
        decoder.finish();
        ObjectNode whole = MAPPER.createObjectNode();
        Map<Integer, ObjectNode> choices = new TreeMap<>();
        boolean done = false;
        for (Optional<SseFrame> next = decoder.next(); next.isPresent(); next = decoder.next()) {
            SseFrame frame = next.get();
            done |= frame.isDone();
            if (frame.hasData() && !frame.isDone()) {
                join(
                        operation,
                        MAPPER.readTree(frame.data(), frame.dataStart(), frame.dataEnd() - frame.dataStart()),
                        whole,
                        choices);
            }
        }
        if (!done) {
            return MAPPER.missingNode();
        }
        whole.put("object", operation == Operation.CHAT ? "chat.completion" : "text_completion");
        ArrayNode all = whole.putArray("choices");
        choices.values().forEach(all::add);
        return whole;
    }

    private static void join(Operation operation, JsonNode chunk, ObjectNode whole, Map<Integer, ObjectNode> choices) {
        chunk.properties().forEach(field -> {
            if (!field.getKey().equals("choices") && !field.getValue().isNull()) {
                whole.set(field.getKey(), field.getValue());
            }
        });
        for (JsonNode part : chunk.path("choices")) {
            int index = part.path("index").asInt();
            ObjectNode choice = choices.computeIfAbsent(index, at -> begun(operation, at));
            if (choice.hasNonNull("finish_reason") && goesOn(operation, part)) {
                choice.put("finish_reason", "none"); // it said that it had ended, and had not
            } else if (part.hasNonNull("finish_reason")) {
                choice.set("finish_reason", part.get("finish_reason"));
            }
            if (operation == Operation.CHAT) {
                part.path("delta")
                        .properties()
                        .forEach(field -> append((ObjectNode) choice.get("message"), field.getKey(), field.getValue()));
            } else {
                append(choice, "text", part.path("text"));
            }
            if (part.hasNonNull("logprobs")) {
                logprobs(choice, part.get("logprobs"));
            }
        }
    }

    /** Whether a part says anything, or gives an end. */
    private static boolean goesOn(Operation operation, JsonNode part) {
        if (part.hasNonNull("finish_reason")) {
            return true;
        }
        if (operation != Operation.CHAT) {
            return !part.path("text").asText("").isEmpty();
        }
        for (Map.Entry<String, JsonNode> field : part.path("delta").properties()) {
            if (!field.getKey().equals("role")
                    && !field.getValue().isNull()
                    && !(field.getValue().isTextual()
                            && field.getValue().textValue().isEmpty())) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode begun(Operation operation, int index) {
        ObjectNode choice = MAPPER.createObjectNode().put("index", index);
        choice.putNull("finish_reason");
        choice.putNull("logprobs");
        if (operation == Operation.CHAT) {
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", "")
                    .putNull("refusal");
        } else {
            choice.put("text", "");
        }
        return choice;
    }

    /** Texts grow; whatever else there is, such as parts of tools to be called, is kept as it came last. */
    private static void append(ObjectNode to, String name, JsonNode part) {
        if (part.isTextual() && !name.equals("role")) {
            to.put(name, to.path(name).asText("") + part.textValue());
        } else if (!part.isNull() && !part.isMissingNode()) {
            to.set(name, part);
        }
    }

    private static void logprobs(ObjectNode choice, JsonNode part) {
        if (!(choice.get("logprobs") instanceof ObjectNode all)) {
            choice.set("logprobs", part.deepCopy());
            return;
        }
        part.properties().forEach(field -> {
            if (all.get(field.getKey()) instanceof ArrayNode known && field.getValue() instanceof ArrayNode more) {
                known.addAll(more);
            }
        });
    }

    /** A kept answer as a stream. */
    static byte[] streamed(Operation operation, byte[] kept, boolean includeUsage) {
        try {
            return Chunks.of(operation, (ObjectNode) MAPPER.readTree(kept), includeUsage)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer that was kept is no JSON", impossible);
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes that cannot be read", impossible);
        }
    }
}
