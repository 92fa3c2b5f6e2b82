package dev.penstock.gateway.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.protocol.JsonDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Looks into large fields token by token: prompts may be megabytes, and a tree of them ten times that. The document was
 * checked before, so that input errors cannot happen.
 */
final class FieldScan {
    private FieldScan() {}

    /**
     * What {@code messages} is.
     *
     * @param count how many, -1 where it is no array of objects
     * @param images whether a part shows an image
     * @param audio whether a part is audio
     */
    record Messages(int count, boolean images, boolean audio) {}

    /**
     * What {@code prompt} or {@code input} is.
     *
     * @param count how many inputs there are; 0 where it is empty, -1 where it is of no accepted type
     */
    record Inputs(int count) {}

    static Messages messages(JsonDocument body) {
        try (JsonParser parser = body.tokens("messages").orElseThrow()) {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return new Messages(-1, false, false);
            }
            int count = 0;
            boolean images = false;
            boolean audio = false;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    return new Messages(-1, false, false);
                }
                count++;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean content = parser.currentName().equals("content");
                    if (parser.nextToken() == JsonToken.START_ARRAY && content) {
                        for (Optional<String> type = nextPartType(parser);
                                type.isPresent();
                                type = nextPartType(parser)) {
                            images |= type.get().equals("image_url");
                            audio |= type.get().equals("input_audio");
                        }
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            return new Messages(count, images, audio);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code type} of the next part of an array of parts, {@code ""} where it has none; empty at the array's end. */
    private static Optional<String> nextPartType(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_ARRAY) {
            return Optional.empty();
        }
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return Optional.of("");
        }
        return Optional.of(typeOf(parser));
    }

    /** At the start of an object: its {@code type}, {@code ""} where it is no string. Leaves the parser at its end. */
    private static String typeOf(JsonParser parser) throws IOException {
        String type = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean named = parser.currentName().equals("type");
            if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
                type = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return type;
    }

    /** A string, a list of strings, a list of token ids, or a list of those. */
    static Inputs inputs(JsonDocument body, String field) {
        try (JsonParser parser = body.tokens(field).orElseThrow()) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                return new Inputs(parser.getTextLength() == 0 ? 0 : 1);
            }
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                return new Inputs(-1);
            }
            JsonToken first = parser.nextToken();
            if (first == JsonToken.END_ARRAY) {
                return new Inputs(0);
            }
            int count = 0;
            for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token != first || !accepted(parser, token)) {
                    return new Inputs(-1);
                }
                count++;
            }
            return new Inputs(first == JsonToken.VALUE_NUMBER_INT ? 1 : count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean accepted(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.START_ARRAY) {
            int ids = 0;
            for (JsonToken id = parser.nextToken(); id != JsonToken.END_ARRAY; id = parser.nextToken()) {
                if (id != JsonToken.VALUE_NUMBER_INT) {
                    return false;
                }
                ids++;
            }
            return ids > 0;
        }
        return token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT;
    }

    /** Whether the field is an array with something in it. */
    static boolean anyElement(JsonDocument body, String field) {
        Optional<JsonParser> tokens = body.tokens(field);
        if (tokens.isEmpty()) {
            return false;
        }
        try (JsonParser parser = tokens.get()) {
            return parser.currentToken() == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.END_ARRAY;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code type} of a field that is an object; {@code ""} where it is none or has none. */
    static String type(JsonDocument body, String field) {
        Optional<JsonParser> tokens = body.tokens(field);
        if (tokens.isEmpty()) {
            return "";
        }
        try (JsonParser parser = tokens.get()) {
            return parser.currentToken() == JsonToken.START_OBJECT ? typeOf(parser) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
