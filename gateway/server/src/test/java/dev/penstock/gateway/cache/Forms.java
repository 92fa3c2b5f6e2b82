package dev.penstock.gateway.cache;

import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Operation;
import java.nio.charset.StandardCharsets;

/** Forms of bodies written with single quotes. */
final class Forms {
    private Forms() {}

    static RequestForm chat(String json) {
        return of(Operation.CHAT, json);
    }

    static RequestForm of(Operation operation, String json) {
        try {
            return new RequestForm(
                    operation,
                    JsonDocument.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT));
        } catch (JsonRejectedException refused) {
            throw new IllegalArgumentException(json, refused);
        }
    }
}
