package dev.penstock.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The fields of a request body by type. An absent field and null are the same; a value of another type is refused by name.
 * Fields that nobody asks for are tolerated.
 */
final class RequestFields {
    private static final int SHOWN_CHARACTERS = 40;

    private final JsonDocument document;

    private RequestFields(JsonDocument document) {
        this.document = document;
    }

    /** Reads a body. The array is kept, not copied. */
    static RequestFields parse(byte[] body) {
        try {
            return new RequestFields(JsonDocument.parse(body, JsonLimits.DEFAULT));
        } catch (JsonRejectedException e) {
            throw new RequestRejectedException(e.error());
        }
    }

    boolean has(String name) {
        return document.has(name);
    }

    Optional<JsonNode> value(String name) {
        return document.value(name);
    }

    Optional<String> string(String name) {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isTextual()) {
            throw wrong(name, "a string");
        }
        return value.map(JsonNode::textValue);
    }

    boolean flag(String name) {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.map(JsonNode::booleanValue).orElse(false);
    }

    OptionalInt integer(String name, int least, int most) {
        OptionalLong value = whole(name, least, most);
        return value.isPresent() ? OptionalInt.of(Math.toIntExact(value.getAsLong())) : OptionalInt.empty();
    }

    OptionalLong whole(String name, long least, long most) {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        JsonNode node = value.get();
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            throw wrong(name, wholeNumbers(least, most));
        }
        return OptionalLong.of(node.longValue());
    }

    private static String wholeNumbers(long least, long most) {
        if (least == Long.MIN_VALUE && most == Long.MAX_VALUE) {
            return "an integer of 64 bits";
        }
        return most == Integer.MAX_VALUE ? "an integer >= " + least : "an integer from " + least + " to " + most;
    }

    OptionalDouble number(String name, double least, double most) {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw wrong(name, "a number from " + plain(least) + " to " + plain(most));
        }
        return OptionalDouble.of(number);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** One string or a list of them. */
    List<String> strings(String name) {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get().isTextual()) {
            return List.of(value.get().textValue());
        }
        List<String> strings = new ArrayList<>();
        if (!value.get().isArray()) {
            throw wrong(name, "a string or a list of strings");
        }
        for (JsonNode element : value.get()) {
            if (!element.isTextual()) {
                throw wrong(name, "a string or a list of strings");
            }
            strings.add(element.textValue());
        }
        return strings;
    }

    /** A list of token ids. */
    List<Integer> tokenIds(String name) {
        return value(name).map(node -> tokenIds(name, node)).orElse(List.of());
    }

    /** A node of the body as token ids. */
    static List<Integer> tokenIds(String name, JsonNode node) {
        List<Integer> ids = new ArrayList<>(node.size());
        if (!node.isArray()) {
            throw RequestRejectedException.invalid(name, kind(node), "a list of token ids");
        }
        for (JsonNode element : node) {
            if (!element.isIntegralNumber() || !element.canConvertToInt() || element.intValue() < 0) {
                throw RequestRejectedException.invalid(
                        name, "a list with " + shown(element), "token ids, integers >= 0");
            }
            ids.add(element.intValue());
        }
        return ids;
    }

    /** The refusal of a field: shows numbers and booleans as they came, and only the kind of anything else. */
    RequestRejectedException wrong(String name, String expected) {
        return RequestRejectedException.invalid(
                name, value(name).map(node -> scalar(name, node)).orElse("nothing"), expected);
    }

    private String scalar(String name, JsonNode node) {
        return node.isNumber() || node.isBoolean() ? cut(document.raw(name).orElse("")) : kind(node);
    }

    private static String shown(JsonNode node) {
        return node.isNumber() || node.isBoolean() ? cut(node.asText()) : kind(node);
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    /** What a node is, without its contents: those may be a prompt. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            default -> "null";
        };
    }
}
