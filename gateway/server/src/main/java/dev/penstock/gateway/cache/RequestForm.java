package dev.penstock.gateway.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.routing.Operation;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The form of a request: what of it the answer depends on, in one spelling. Keys are in order, numbers of one value are
 * equal, blanks are gone. What is not known is kept: a parameter of tomorrow tells two requests apart. Left out are those that
 * only say how or to whom an answer is given: {@link #IGNORED}.
 */
final class RequestForm {
    /** Parameters of the API that do not change what is answered. */
    static final Set<String> IGNORED = Set.of(
            "stream",
            "stream_options",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "metadata",
            "store",
            "service_tier");

    /** Stands where the question stood. No JSON value begins so. */
    private static final String QUESTION = "?";

    /** No UTF-8 has it. */
    private static final byte NO_UTF_8 = (byte) 0xff;

    private final Operation operation;
    private final JsonDocument body;
    /** Read when it is asked for: of a request that is known nothing is. */
    private volatile Optional<Map<String, JsonNode>> read = Optional.empty();

    /** Of a body. */
    RequestForm(Operation operation, JsonDocument body) {
        this.operation = operation;
        this.body = body;
    }

    private Map<String, JsonNode> fields() {
        Optional<Map<String, JsonNode>> known = read;
        if (known.isPresent()) {
            return known.get();
        }
        Map<String, JsonNode> fields = new TreeMap<>();
        for (String name : body.names()) {
            if (!IGNORED.contains(name)) {
                body.value(name).ifPresent(value -> fields.put(name, value));
            }
        }
        read = Optional.of(fields);
        return fields;
    }

    Operation operation() {
        return operation;
    }

    Optional<JsonNode> field(String name) {
        return Optional.ofNullable(fields().get(name));
    }

    /**
     * What is asked: the last message, where a user wrote it in words alone, or the prompt, where it is one text. Everything
     * else, all that was said before too, is what it is asked within.
     */
    Optional<String> question() {
        return switch (operation) {
            case CHAT -> lastMessage().flatMap(RequestForm::words);
            case COMPLETION -> field("prompt").filter(JsonNode::isTextual).map(JsonNode::textValue);
            case EMBEDDING -> Optional.empty();
        };
    }

    private Optional<JsonNode> lastMessage() {
        return field("messages")
                .filter(messages -> messages.isArray() && !messages.isEmpty())
                .map(messages -> messages.get(messages.size() - 1))
                .filter(message -> "user".equals(message.path("role").asText()));
    }

    private static Optional<String> words(JsonNode message) {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            return Optional.of(content.textValue());
        }
        boolean oneText = content.size() == 1
                && content.path(0).size() == 2
                && "text".equals(content.path(0).path("type").asText());
        return oneText ? Optional.ofNullable(content.get(0).path("text").textValue()) : Optional.empty();
    }

    /** Writes the body as it came, blanks and order and all. */
    void writeBody(Consumer<byte[]> to) {
        to.accept((operation.name() + "\n").getBytes(StandardCharsets.UTF_8));
        to.accept(body.bytes());
    }

    /** Writes all of it, as UTF-8. */
    void write(Consumer<byte[]> to) {
        write(to, false);
    }

    /** Writes all but the question. */
    void writeAround(Consumer<byte[]> to) {
        write(to, true);
    }

    private void write(Consumer<byte[]> to, boolean around) {
        StringBuilder text = new StringBuilder(operation.name());
        fields().forEach((name, value) -> {
            quoted(text, name);
            if (around && operation == Operation.CHAT && name.equals("messages")) {
                messages(text, value);
            } else if (around && operation == Operation.COMPLETION && name.equals("prompt")) {
                text.append(QUESTION);
            } else {
                value(text, value);
            }
        });
        String whole = text.toString();
        if (isUnicode(whole)) {
            to.accept(whole.getBytes(StandardCharsets.UTF_8));
        } else {
            ByteBuffer halves = ByteBuffer.allocate(1 + whole.length() * Character.BYTES);
            halves.put(NO_UTF_8).asCharBuffer().put(whole);
            to.accept(halves.array());
        }
    }

    /** Whether there is no half of a pair by itself: an escape in JSON can make one, and in UTF-8 all of them are one. */
    private static boolean isUnicode(String text) {
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                return false;
            }
            at += Character.charCount(point);
        }
        return true;
    }

    /** All before the last, and of the last all but its words. */
    private static void messages(StringBuilder text, JsonNode messages) {
        text.append('[');
        for (int i = 0; i < messages.size() - 1; i++) {
            value(text, messages.get(i));
        }
        JsonNode last = messages.get(messages.size() - 1);
        Map<String, JsonNode> rest = sorted(last);
        rest.remove("content");
        text.append(QUESTION);
        rest.forEach((name, value) -> {
            quoted(text, name);
            value(text, value);
        });
        text.append(']');
    }

    private static Map<String, JsonNode> sorted(JsonNode object) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private static void value(StringBuilder text, JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> {
                text.append('{');
                sorted(value).forEach((name, member) -> {
                    quoted(text, name);
                    value(text, member);
                });
                text.append('}');
            }
            case ARRAY -> {
                text.append('[');
                value.forEach(element -> value(text, element));
                text.append(']');
            }
            case STRING -> quoted(text, value.textValue());
            case NUMBER -> text.append('#').append(number(value));
            default -> text.append(value).append(';');
        }
    }

    private static String number(JsonNode number) {
        if (!Double.isFinite(number.doubleValue()) && !number.isIntegralNumber()) {
            return number.asText() + ";"; // beyond what a worker can tell apart, too
        }
        BigDecimal value = number.decimalValue();
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return plain.unscaledValue() + "e" + -plain.scale() + ";";
    }

    /** With its length before it, so that no two sequences of texts are written alike. */
    private static void quoted(StringBuilder text, String value) {
        text.append(value.length()).append(':').append(value);
    }
}
