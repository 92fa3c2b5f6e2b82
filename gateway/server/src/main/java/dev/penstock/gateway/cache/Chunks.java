package dev.penstock.gateway.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.routing.Operation;
import java.util.ArrayList;
import java.util.List;

/** A whole answer cut into the chunks of a stream, as a worker would have sent it. */
final class Chunks {
    /** In characters: about a line. */
    private static final int PIECE = 80;

    private Chunks() {}

    static String of(Operation operation, ObjectNode answer, boolean includeUsage) {
        ObjectNode base = answer.deepCopy();
        base.remove(List.of("choices", "usage"));
        if (operation == Operation.CHAT) {
            base.put("object", "chat.completion.chunk");
        }
        StringBuilder stream = new StringBuilder();
        for (JsonNode choice : answer.path("choices")) {
            if (operation == Operation.CHAT) {
                chat(stream, base, choice, includeUsage);
            } else {
                completion(stream, base, choice, includeUsage);
            }
        }
        if (includeUsage) {
            ObjectNode last = base.deepCopy();
            last.putArray("choices");
            ObjectNode used = last.putObject("usage");
            answer.path("usage").properties().forEach(count -> used.set(count.getKey(), count.getValue()));
            used.put("cost_usd", 0);
            frame(stream, last);
        }
        return stream.append("data: [DONE]\n\n").toString();
    }

    private static void chat(StringBuilder stream, ObjectNode base, JsonNode choice, boolean usage) {
        int index = choice.path("index").asInt();
        JsonNode message = choice.path("message");
        ObjectNode role = base.objectNode().put("role", "assistant").put("content", "");
        frame(stream, chunk(base, index, "delta", role, false, usage));
        message.properties().forEach(field -> {
            boolean text = field.getValue().isTextual() && !field.getKey().equals("role");
            for (String piece : text ? pieces(field.getValue().textValue()) : List.<String>of()) {
                frame(stream, chunk(base, index, "delta", base.objectNode().put(field.getKey(), piece), false, usage));
            }
        });
        ObjectNode end = chunk(base, index, "delta", base.objectNode(), true, usage);
        if (choice.hasNonNull("logprobs")) {
            ((ObjectNode) end.path("choices").get(0)).set("logprobs", choice.get("logprobs"));
        }
        frame(stream, end);
    }

    private static void completion(StringBuilder stream, ObjectNode base, JsonNode choice, boolean usage) {
        int index = choice.path("index").asInt();
        for (String piece : pieces(choice.path("text").asText())) {
            frame(stream, chunk(base, index, "text", base.textNode(piece), false, usage));
        }
        ObjectNode end = chunk(base, index, "text", base.textNode(""), true, usage);
        if (choice.hasNonNull("logprobs")) {
            ((ObjectNode) end.path("choices").get(0)).set("logprobs", choice.get("logprobs"));
        }
        frame(stream, end);
    }

    private static ObjectNode chunk(
            ObjectNode base, int index, String name, JsonNode value, boolean last, boolean usage) {
        ObjectNode chunk = base.deepCopy();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set(name, value);
        choice.putNull("logprobs");
        if (last) {
            choice.put("finish_reason", "stop");
        } else {
            choice.putNull("finish_reason");
        }
        if (usage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    /** Never between the two halves of a character. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + PIECE);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static void frame(StringBuilder stream, JsonNode data) {
        stream.append("data: ").append(data).append("\n\n");
    }
}
