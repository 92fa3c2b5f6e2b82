package dev.penstock.worker.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.engine.language.ChatMessage;
import dev.penstock.engine.language.GenerationRequest;
import dev.penstock.engine.language.Prompt;
import dev.penstock.engine.language.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The body of {@code POST /v1/chat/completions}. */
final class ChatFields {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> ARGUMENTS = new TypeReference<>() {};
    private static final String ROLES = "\"system\", \"developer\", \"user\" or \"assistant\"";

    private ChatFields() {}

    static GenerationCall decode(RequestFields fields, Sampling recommended) {
        Unsupported.checkChat(fields);
        Prompt prompt = new Prompt.Chat(messages(fields), templateArguments(fields));
        int sequences = SamplingFields.sequences(fields);
        OptionalInt topLogprobs = topLogprobs(fields);
        GenerationRequest request = new GenerationRequest(
                prompt,
                SamplingFields.sampling(fields, recommended),
                SamplingFields.stop(fields, maxTokens(fields)),
                sequences,
                topLogprobs,
                false);
        return new GenerationCall(
                List.of(request),
                sequences,
                topLogprobs.isPresent(),
                SamplingFields.stream(fields),
                SamplingFields.includeUsage(fields));
    }

    /** The newer name wins where both are given. */
    private static OptionalInt maxTokens(RequestFields fields) {
        OptionalInt older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        OptionalInt newer = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        return newer.isPresent() ? newer : older;
    }

    private static OptionalInt topLogprobs(RequestFields fields) {
        OptionalInt top = fields.integer("top_logprobs", 0, GenerationRequest.TOP_LOGPROBS_LIMIT);
        if (fields.flag("logprobs")) {
            return OptionalInt.of(top.orElse(0));
        }
        if (top.orElse(0) > 0) {
            throw fields.wrong("top_logprobs", "nothing unless logprobs is true");
        }
        return OptionalInt.empty();
    }

    private static Map<String, Object> templateArguments(RequestFields fields) {
        Optional<JsonNode> value = fields.value("chat_template_kwargs");
        if (value.isEmpty()) {
            return Map.of();
        }
        if (!value.get().isObject()) {
            throw fields.wrong("chat_template_kwargs", "an object");
        }
        Map<String, Object> arguments = MAPPER.convertValue(value.get(), ARGUMENTS);
        arguments.values().removeIf(argument -> argument == null);
        return arguments;
    }

    private static List<ChatMessage> messages(RequestFields fields) {
        JsonNode messages = fields.value("messages")
                .filter(node -> node.isArray() && !node.isEmpty())
                .orElseThrow(() -> fields.wrong("messages", "a list of at least one message"));
        List<ChatMessage> decoded = new ArrayList<>(messages.size());
        for (JsonNode message : messages) {
            decoded.add(message("messages[" + decoded.size() + "]", message));
        }
        return decoded;
    }

    private static ChatMessage message(String place, JsonNode message) {
        if (!message.isObject()) {
            throw RequestRejectedException.invalid(place, RequestFields.kind(message), "a message");
        }
        JsonNode role = message.path("role");
        if (!role.isTextual()) {
            throw RequestRejectedException.invalid(place + ".role", RequestFields.kind(role), ROLES);
        }
        String name =
                switch (role.textValue()) {
                    case "system", "user", "assistant" -> role.textValue();
                    // Chat templates know the older name of the same thing.
                    case "developer" -> "system";
                    case "tool", "function" ->
                        throw RequestRejectedException.unsupported(place + ".role", role.textValue(), "tools");
                    default -> throw RequestRejectedException.invalid(place + ".role", "another role", ROLES);
                };
        if (!message.path("tool_calls").isEmpty() || message.hasNonNull("function_call")) {
            throw RequestRejectedException.unsupported(place + ".tool_calls", "a call", "tools");
        }
        return new ChatMessage(name, content(place + ".content", name, message.path("content")));
    }

    private static String content(String place, String role, JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (role.equals("assistant") && (content.isNull() || content.isMissingNode())) {
            return "";
        }
        if (!content.isArray()) {
            throw RequestRejectedException.invalid(
                    place, RequestFields.kind(content), "a string or a list of text parts");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            text.append(part(place + "[" + i + "]", content.get(i)));
        }
        return text.toString();
    }

    private static String part(String place, JsonNode part) {
        String type = part.path("type").asText();
        String field = type.equals("refusal") ? "refusal" : "text";
        switch (type) {
            case "text", "refusal" -> {
                if (part.path(field).isTextual()) {
                    return part.path(field).textValue();
                }
                throw RequestRejectedException.invalid(
                        place + "." + field, RequestFields.kind(part.path(field)), "a string");
            }
            case "image_url" -> throw RequestRejectedException.unsupported(place + ".type", type, "image-input");
            case "input_audio" -> throw RequestRejectedException.unsupported(place + ".type", type, "audio-input");
            case "file" -> throw RequestRejectedException.unsupported(place + ".type", type, "file-input");
            default -> throw RequestRejectedException.invalid(place + ".type", "another type", "\"text\"");
        }
    }
}
