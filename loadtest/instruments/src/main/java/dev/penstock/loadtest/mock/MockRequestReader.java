package dev.penstock.loadtest.mock;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.penstock.protocol.ApiError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Reads one request, in one pass. Where a field comes twice, the later one counts. */
final class MockRequestReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MockExchange.MAX_BODY)
                    .build())
            .build();

    private final MockEndpoint endpoint;
    private String model = "";
    private List<String> texts = List.of();
    private boolean anyText;
    private OptionalInt maxTokens = OptionalInt.empty();
    private OptionalInt maxCompletionTokens = OptionalInt.empty();
    private int choices = 1;
    private boolean stream;
    private boolean usage;
    private OptionalInt dimensions = OptionalInt.empty();
    private boolean base64;

    MockRequestReader(MockEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    MockRequest read(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MockRequestRefusedException(ApiError.invalid(400, "body (expected: a JSON object)"));
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                field(parser, field);
            }
            if (parser.nextToken() != null) {
                throw new MockRequestRefusedException(
                        ApiError.invalid(400, "body (expected: one JSON object and nothing after it)"));
            }
        } catch (IOException malformed) {
            throw new MockRequestRefusedException(ApiError.invalid(400, "body (expected: JSON in UTF-8)"));
        }
        return request();
    }

    private MockRequest request() {
        if (model.isEmpty()) {
            throw refused("model", "missing", "the name of a model");
        }
        if (!anyText) {
            throw refused(endpoint.textField(), "missing", expectedTexts());
        }
        OptionalInt tokens = maxCompletionTokens.isPresent() ? maxCompletionTokens : maxTokens;
        return new MockRequest(model, texts, tokens, choices, stream, usage, dimensions, base64);
    }

    private void field(JsonParser parser, String field) throws IOException {
        if (field.equals(endpoint.textField())) {
            anyText = true;
            texts = new ArrayList<>();
            texts(parser);
            return;
        }
        switch (field) {
            case "model" -> model = string(parser, field);
            case "max_tokens" -> maxTokens = optional(parser, field, MockSettings.MAX_TOKENS);
            case "max_completion_tokens" -> maxCompletionTokens = optional(parser, field, MockSettings.MAX_TOKENS);
            case "n" ->
                choices = optional(parser, field, MockRequest.MAX_CHOICES).orElse(1);
            case "stream" -> stream = bool(parser, field);
            case "stream_options" -> streamOptions(parser);
            case "dimensions" -> dimensions = optional(parser, field, MockSettings.MAX_DIMENSIONS);
            case "encoding_format" -> base64 = encoding(parser, field);
            default -> parser.skipChildren();
        }
    }

    private void streamOptions(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw refused("stream_options", shown(parser), "an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("include_usage")) {
                usage = bool(parser, "stream_options.include_usage");
            } else {
                parser.skipChildren();
            }
        }
    }

    private void texts(JsonParser parser) throws IOException {
        if (endpoint == MockEndpoint.CHAT) {
            messages(parser);
            return;
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            texts.add(parser.getText());
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw refused(endpoint.textField(), shown(parser), expectedTexts());
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw refused(endpoint.textField(), "[" + shown(parser) + "]", expectedTexts());
            }
            texts.add(parser.getText());
        }
        if (texts.isEmpty()) {
            throw refused(endpoint.textField(), "[]", expectedTexts());
        }
    }

    private void messages(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw refused("messages", shown(parser), expectedTexts());
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw refused("messages[" + count + "]", shown(parser), "an object");
            }
            message(parser, "messages[" + count + "].content");
            count++;
        }
        if (count == 0) {
            throw refused("messages", "[]", expectedTexts());
        }
    }

    private void message(JsonParser parser, String path) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!field.equals("content") || value == JsonToken.VALUE_NULL) {
                parser.skipChildren();
            } else if (value == JsonToken.VALUE_STRING) {
                texts.add(parser.getText());
            } else if (value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    part(parser, path);
                }
            } else {
                throw refused(path, shown(parser), "a string, an array of parts or null");
            }
        }
    }

    /** A part of another type than text has no {@code text}, and adds none. */
    private void part(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw refused(path, "[" + shown(parser) + "]", "an array of parts");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_STRING && field.equals("text")) {
                texts.add(parser.getText());
            } else {
                parser.skipChildren();
            }
        }
    }

    private static String string(JsonParser parser, String field) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw refused(field, shown(parser), "a string");
        }
        return parser.getText();
    }

    private static boolean bool(JsonParser parser, String field) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw refused(field, shown(parser), "true or false");
        };
    }

    private static OptionalInt optional(JsonParser parser, String field, int most) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return OptionalInt.empty();
        }
        String expected = "an integer from 1 to " + most;
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw refused(field, shown(parser), expected);
        }
        boolean fits = parser.getNumberType() == JsonParser.NumberType.INT;
        if (!fits || parser.getIntValue() < 1 || parser.getIntValue() > most) {
            throw refused(field, shown(parser), expected);
        }
        return OptionalInt.of(parser.getIntValue());
    }

    private static boolean encoding(JsonParser parser, String field) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        String name = string(parser, field);
        if (!name.equals("float") && !name.equals("base64")) {
            throw refused(field, name, "float or base64");
        }
        return name.equals("base64");
    }

    private String expectedTexts() {
        return endpoint == MockEndpoint.CHAT
                ? "an array of at least one message"
                : "a string or an array of at least one string";
    }

    /** A value as far as it helps: containers by their first character, and nothing at length. */
    private static String shown(JsonParser parser) throws IOException {
        String text = parser.getText();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    private static MockRequestRefusedException refused(String field, String value, String expected) {
        return new MockRequestRefusedException(
                ApiError.invalid(field, field + ": " + value + " (expected: " + expected + ")"));
    }
}
