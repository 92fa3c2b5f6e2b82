package dev.penstock.gateway.admission;

import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.JsonCursor;
import dev.penstock.protocol.JsonDocument;
import java.util.Optional;

/**
 * What of a request's body a model reads as its prompt.
 *
 * @param text all of its texts, cut at {@link #MOST_CHARACTERS}
 * @param messages how many messages they stand in
 * @param more how many times as long the whole is, at least 1
 */
record PromptText(String text, int messages, double more) {
    static final int MOST_CHARACTERS = 256 << 10;

    /** Of a chat the texts of its messages and the tools as they are written; of others the prompt or the input. */
    static PromptText of(InferenceRequest request) {
        String field =
                switch (request.operation()) {
                    case CHAT -> "messages";
                    case COMPLETION -> "prompt";
                    case EMBEDDING -> "input";
                };
        StringBuilder text = new StringBuilder();
        int messages = 0;
        long whole = 0;
        Optional<JsonCursor> found = request.body().cursor(field);
        if (found.isPresent()) {
            JsonCursor cursor = found.get();
            int depth = 0;
            do {
                JsonToken token = cursor.next();
                if (token.isStructStart()) {
                    messages += token == JsonToken.START_OBJECT && depth == 1 ? 1 : 0;
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    whole += add(text, cursor.text());
                }
            } while (depth > 0);
        }
        whole += add(text, tools(request.body()));
        return new PromptText(text.toString(), messages, text.isEmpty() ? 1 : (double) whole / text.length());
    }

    private static String tools(JsonDocument body) {
        return body.raw("tools").orElse("");
    }

    private static int add(StringBuilder text, String more) {
        text.append(more, 0, Math.min(more.length(), MOST_CHARACTERS - text.length()));
        return more.length();
    }
}
