package dev.penstock.protocol;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the values that need no parser, as most of a request's settings are. */
final class JsonScalar {
    /** So many always fit an {@code int}. */
    private static final int MAX_DIGITS = 9;

    private JsonScalar() {}

    /** The value of a span that is known to be valid JSON; empty where it takes a parser. */
    static Optional<JsonNode> read(byte[] bytes, JsonToken kind, int start, int end) {
        return switch (kind) {
            case VALUE_TRUE -> Optional.of(BooleanNode.TRUE);
            case VALUE_FALSE -> Optional.of(BooleanNode.FALSE);
            case VALUE_STRING -> unescaped(bytes, start, end);
            case VALUE_NUMBER_INT -> digits(bytes, start, end);
            default -> Optional.empty();
        };
    }

    private static Optional<JsonNode> unescaped(byte[] bytes, int start, int end) {
        int last = end - 1;
        for (int i = start + 1; i < last; i++) {
            if (bytes[i] == '\\') {
                return Optional.empty();
            }
        }
        return bytes[last] == '"'
                ? Optional.of(TextNode.valueOf(new String(bytes, start + 1, last - start - 1, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private static Optional<JsonNode> digits(byte[] bytes, int start, int end) {
        if (end - start > MAX_DIGITS) {
            return Optional.empty();
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Optional.empty();
            }
            value = 10 * value + digit;
        }
        return Optional.of(IntNode.valueOf(value));
    }
}
