package dev.penstock.gateway.http;

import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.protocol.JsonCursor;
import dev.penstock.protocol.JsonDocument;
import java.util.Optional;

/** Looks into large fields value by value: prompts may be megabytes, and a tree of them ten times that. */
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
        JsonCursor cursor = body.cursor("messages").orElseThrow();
        if (cursor.next() != JsonToken.START_ARRAY) {
            return new Messages(-1, false, false);
        }
        int count = 0;
        boolean images = false;
        boolean audio = false;
        for (JsonToken token = cursor.next(); token != JsonToken.END_ARRAY; token = cursor.next()) {
            if (token != JsonToken.START_OBJECT) {
                return new Messages(-1, false, false);
            }
            count++;
            for (JsonToken value = cursor.next(); value != JsonToken.END_OBJECT; value = cursor.next()) {
                if (value != JsonToken.START_ARRAY || !cursor.isNamed("content")) {
                    cursor.skip();
                    continue;
                }
                for (Optional<String> type = nextPartType(cursor); type.isPresent(); type = nextPartType(cursor)) {
                    images |= type.get().equals("image_url");
                    audio |= type.get().equals("input_audio");
                }
            }
        }
        return new Messages(count, images, audio);
    }

    /** The {@code type} of the next part of an array of parts, {@code ""} where it has none; empty at the array's end. */
    private static Optional<String> nextPartType(JsonCursor cursor) {
        JsonToken token = cursor.next();
        if (token == JsonToken.END_ARRAY) {
            return Optional.empty();
        }
        if (token != JsonToken.START_OBJECT) {
            cursor.skip();
            return Optional.of("");
        }
        return Optional.of(typeOf(cursor));
    }

    /** At the start of an object: its {@code type}, {@code ""} where it is no string. Leaves the cursor at its end. */
    private static String typeOf(JsonCursor cursor) {
        String type = "";
        for (JsonToken value = cursor.next(); value != JsonToken.END_OBJECT; value = cursor.next()) {
            if (value == JsonToken.VALUE_STRING && cursor.isNamed("type")) {
                type = cursor.text();
            } else {
                cursor.skip();
            }
        }
        return type;
    }

    /** A string, a list of strings, a list of token ids, or a list of those. */
    static Inputs inputs(JsonDocument body, String field) {
        JsonCursor cursor = body.cursor(field).orElseThrow();
        JsonToken value = cursor.next();
        if (value == JsonToken.VALUE_STRING) {
            return new Inputs(cursor.isEmpty() ? 0 : 1);
        }
        if (value != JsonToken.START_ARRAY) {
            return new Inputs(-1);
        }
        JsonToken first = cursor.next();
        if (first == JsonToken.END_ARRAY) {
            return new Inputs(0);
        }
        int count = 0;
        for (JsonToken token = first; token != JsonToken.END_ARRAY; token = cursor.next()) {
            if (token != first || !accepted(cursor, token)) {
                return new Inputs(-1);
            }
            count++;
        }
        return new Inputs(first == JsonToken.VALUE_NUMBER_INT ? 1 : count);
    }

    private static boolean accepted(JsonCursor cursor, JsonToken token) {
        if (token == JsonToken.START_ARRAY) {
            int ids = 0;
            for (JsonToken id = cursor.next(); id != JsonToken.END_ARRAY; id = cursor.next()) {
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
        Optional<JsonCursor> cursor = body.cursor(field);
        return cursor.isPresent()
                && cursor.get().next() == JsonToken.START_ARRAY
                && cursor.get().next() != JsonToken.END_ARRAY;
    }

    /** The {@code type} of a field that is an object; {@code ""} where it is none or has none. */
    static String type(JsonDocument body, String field) {
        Optional<JsonCursor> cursor = body.cursor(field);
        return cursor.isPresent() && cursor.get().next() == JsonToken.START_OBJECT ? typeOf(cursor.get()) : "";
    }

    /** Whether the field is an object in which a member is {@code true}. */
    static boolean isTrue(JsonDocument body, String field, String member) {
        Optional<JsonCursor> cursor = body.cursor(field);
        if (cursor.isEmpty() || cursor.get().next() != JsonToken.START_OBJECT) {
            return false;
        }
        for (JsonToken value = cursor.get().next();
                value != JsonToken.END_OBJECT;
                value = cursor.get().next()) {
            if (value == JsonToken.VALUE_TRUE && cursor.get().isNamed(member)) {
                return true;
            }
            cursor.get().skip();
        }
        return false;
    }
}
