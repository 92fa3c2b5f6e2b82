package dev.penstock.gateway.admission;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;

/** Chats, as decoded. */
final class Requests {
    private Requests() {}

    static InferenceRequest chat(String model) {
        return chat(model, "hi", false);
    }

    static InferenceRequest stream(String model) {
        return chat(model, "hi", true);
    }

    static InferenceRequest chat(String model, String text, boolean stream) {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
        try {
            return new InferenceRequest(
                    "r",
                    "",
                    Operation.CHAT,
                    new ModelId(model),
                    JsonDocument.parse(body.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                    stream,
                    false,
                    1,
                    OptionalLong.empty(),
                    Set.of(Capability.CHAT),
                    0);
        } catch (JsonRejectedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
