package dev.penstock.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.model.RequestTraits;
import java.nio.charset.StandardCharsets;

/**
 * A request's body with the field {@code hard}.
 *
 * @param traits what its difficulty is read from
 * @param hard whether a small model's answer to it was not good enough
 */
public record LabelledRequest(RequestTraits traits, boolean hard) {
    /**
     * Reads a line of JSON.
     *
     * @throws JsonRejectedException where it is no JSON object
     * @throws IllegalArgumentException naming the field of what cannot be used
     */
    public static LabelledRequest parse(String line) throws JsonRejectedException {
        JsonDocument body = JsonDocument.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT);
        JsonNode label = body.value("hard")
                .orElseThrow(() -> new IllegalArgumentException("hard: missing (expected: true or false)"));
        if (!label.isBoolean()) {
            throw new IllegalArgumentException("hard: " + cut(label.toString()) + " (expected: true or false)");
        }
        if (body.has("messages") == body.has("prompt")) {
            throw new IllegalArgumentException("messages: " + (body.has("messages") ? "beside a prompt" : "missing")
                    + " (expected: either messages or prompt)");
        }
        boolean chat = body.has("messages");
        JsonNode asked = body.value(chat ? "messages" : "prompt").orElseThrow();
        if (chat && (!asked.isArray() || asked.isEmpty())) {
            throw new IllegalArgumentException("messages: (expected: a list of at least one message)");
        }
        if (!chat && !asked.isTextual()) {
            throw new IllegalArgumentException("prompt: (expected: a text)");
        }
        return new LabelledRequest(TraitsReader.read(body), label.booleanValue());
    }

    private static String cut(String text) {
        return text.length() > 32 ? text.substring(0, 32) + "..." : text;
    }
}
