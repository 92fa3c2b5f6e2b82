package dev.penstock.gateway.cache;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.routing.Operation;
import java.util.List;

/** A whole answer cut into the chunks of a stream, as a worker would have sent it. */
final class Chunks {
    /** In characters: about a line, and more where there would be too many. */
    private static final int PIECE = 80;

    private static final int MOST_PIECES = 512;

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
        frame(stream, chunk(base, index, "delta", first(base), false, usage));
        choice.path("message").properties().forEach(field -> {
            if (field.getValue().isTextual() && !field.getKey().equals("role")) {
                String delta = "{" + base.textNode(field.getKey()) + ":";
                Envelope.of(base, index, "delta", usage)
                        .pieces(stream, delta, field.getValue().textValue(), "}");
            }
        });
        ObjectNode end = chunk(base, index, "delta", base.objectNode(), true, usage);
        if (choice.hasNonNull("logprobs")) {
            ((ObjectNode) end.path("choices").get(0)).set("logprobs", choice.get("logprobs"));
        }
        frame(stream, end);
    }

    private static ObjectNode first(ObjectNode base) {
        return base.objectNode().put("role", "assistant").put("content", "");
    }

    private static void completion(StringBuilder stream, ObjectNode base, JsonNode choice, boolean usage) {
        int index = choice.path("index").asInt();
        Envelope.of(base, index, "text", usage)
                .pieces(stream, "", choice.path("text").asText(), "");
        ObjectNode end = chunk(base, index, "text", base.textNode(""), true, usage);
        if (choice.hasNonNull("logprobs")) {
            ((ObjectNode) end.path("choices").get(0)).set("logprobs", choice.get("logprobs"));
        }
        frame(stream, end);
    }

    /** What the frames of a text have in common: written once, since a long answer is cut into thousands of them. */
    private record Envelope(String before, String after) {
        private static final String PLACE = "\"?\"";

        static Envelope of(ObjectNode base, int index, String name, boolean usage) {
            String frame =
                    chunk(base, index, name, base.textNode("?"), false, usage).toString();
            int place = frame.indexOf(PLACE, frame.lastIndexOf("\"choices\":[{\"index\":"));
            return new Envelope("data: " + frame.substring(0, place), frame.substring(place + PLACE.length()) + "\n\n");
        }

        /** A frame for each piece; never between the two halves of a character. */
        void pieces(StringBuilder stream, String opening, String text, String closing) {
            int length = Math.max(PIECE, Math.ceilDiv(text.length(), MOST_PIECES));
            int from = 0;
            while (from < text.length()) {
                int to = Math.min(text.length(), from + length);
                if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                    to--;
                }
                stream.append(before).append(opening).append('"');
                JsonStringEncoder.getInstance().quoteAsString(text.subSequence(from, to), stream);
                stream.append('"').append(closing).append(after);
                from = to;
            }
        }
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

    private static void frame(StringBuilder stream, JsonNode data) {
        stream.append("data: ").append(data).append("\n\n");
    }
}
