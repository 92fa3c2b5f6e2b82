package dev.penstock.gateway.models;

import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.protocol.JsonCursor;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.model.RequestTraits;
import java.util.Optional;

/**
 * Reads of a request's body what tells how difficult it is. One pass over the messages, without a tree of them; of the
 * question a bounded part is looked at.
 */
public final class TraitsReader {
    private static final int BYTES_PER_TOKEN = 4;

    private TraitsReader() {}

    /** A text, and how many messages there were. */
    private record Question(String text, int turns) {}

    /** The traits of a request whose body was decoded: a chat, or a completion. */
    public static RequestTraits read(JsonDocument body) {
        Question question = body.has("messages") ? lastOfUser(body) : new Question(prompt(body), 1);
        return new RequestTraits(
                question.text,
                Math.max(1, promptBytes(body) / BYTES_PER_TOKEN),
                Math.max(1, question.text.length() / BYTES_PER_TOKEN),
                Math.max(1, question.turns),
                maxTokens(body),
                RequestTraits.effort(string(body, "reasoning_effort").orElse("")),
                opens(body, "tools") || opens(body, "functions"),
                asksSchema(body),
                0);
    }

    private static long promptBytes(JsonDocument body) {
        String field = body.has("messages") ? "messages" : "prompt";
        return body.has(field) ? body.length(field) : 0;
    }

    private static Optional<String> string(JsonDocument body, String field) {
        try {
            return body.string(field);
        } catch (JsonRejectedException notText) {
            return Optional.empty(); // what it is otherwise is the worker's to judge
        }
    }

    private static long maxTokens(JsonDocument body) {
        String field = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return body.value(field).map(value -> Math.max(0, value.asLong(0))).orElse(0L);
    }

    private static boolean opens(JsonDocument body, String field) {
        Optional<JsonCursor> cursor = body.cursor(field);
        return cursor.isPresent()
                && cursor.get().next() == JsonToken.START_ARRAY
                && cursor.get().next() != JsonToken.END_ARRAY;
    }

    private static boolean asksSchema(JsonDocument body) {
        Optional<JsonCursor> found = body.cursor("response_format");
        if (found.isEmpty() || found.get().next() != JsonToken.START_OBJECT) {
            return false;
        }
        JsonCursor cursor = found.get();
        boolean schema = false;
        for (JsonToken token = cursor.next(); token != JsonToken.END_OBJECT; token = cursor.next()) {
            schema |= token == JsonToken.VALUE_STRING
                    && cursor.isNamed("type")
                    && cursor.text().equals("json_schema");
            cursor.skip();
        }
        return schema;
    }

    /** A prompt that is a text, or the first of a list. */
    private static String prompt(JsonDocument body) {
        Optional<JsonCursor> cursor = body.cursor("prompt");
        if (cursor.isEmpty()) {
            return "";
        }
        JsonToken token = cursor.get().next();
        if (token == JsonToken.START_ARRAY) {
            token = cursor.get().next();
        }
        return token == JsonToken.VALUE_STRING ? cursor.get().text() : "";
    }

    private static Question lastOfUser(JsonDocument body) {
        JsonCursor cursor = body.cursor("messages").orElseThrow();
        String last = "";
        int turns = 0;
        if (cursor.next() != JsonToken.START_ARRAY) {
            return new Question(last, turns);
        }
        for (JsonToken token = cursor.next(); token != JsonToken.END_ARRAY; token = cursor.next()) {
            if (token != JsonToken.START_OBJECT) {
                cursor.skip();
                continue;
            }
            turns++;
            Optional<String> text = ofUser(cursor);
            if (text.isPresent()) {
                last = text.get();
            }
        }
        return new Question(last, turns);
    }

    /** At the start of a message: its text, if it is a user's. Leaves the cursor at its end. */
    private static Optional<String> ofUser(JsonCursor cursor) {
        boolean user = false;
        String text = "";
        for (JsonToken token = cursor.next(); token != JsonToken.END_OBJECT; token = cursor.next()) {
            if (cursor.isNamed("role") && token == JsonToken.VALUE_STRING) {
                user = cursor.text().equals("user");
            } else if (cursor.isNamed("content") && token == JsonToken.VALUE_STRING) {
                text = cursor.text();
            } else if (cursor.isNamed("content") && token == JsonToken.START_ARRAY) {
                text = parts(cursor);
            } else {
                cursor.skip();
            }
        }
        return user ? Optional.of(text) : Optional.empty();
    }

    /** In a list of parts: their texts. */
    private static String parts(JsonCursor cursor) {
        StringBuilder all = new StringBuilder();
        for (JsonToken token = cursor.next(); token != JsonToken.END_ARRAY; token = cursor.next()) {
            if (token != JsonToken.START_OBJECT) {
                cursor.skip();
                continue;
            }
            for (JsonToken value = cursor.next(); value != JsonToken.END_OBJECT; value = cursor.next()) {
                if (value == JsonToken.VALUE_STRING && cursor.isNamed("text")) {
                    all.append(cursor.text()).append('\n');
                } else {
                    cursor.skip();
                }
            }
        }
        return all.toString();
    }
}
