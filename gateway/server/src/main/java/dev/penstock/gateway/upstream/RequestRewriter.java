package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.runtime.net.HeldBytes;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * What of a request is rewritten for its worker: the model's name where the worker calls it otherwise, {@code
 * max_completion_tokens} where the worker knows only the older name, and for streams the wish for a usage chunk. Every other
 * byte is the client's.
 */
final class RequestRewriter {
    private RequestRewriter() {}

    static Buffer rewrite(InferenceRequest request, String upstreamModel, boolean maxTokensOnly) {
        JsonDocument body = request.body();
        if (!upstreamModel.equals(request.model().value())) {
            body = body.with("model", ModelName.quoted(upstreamModel));
        }
        if (maxTokensOnly && body.has("max_completion_tokens")) {
            body = body.with("max_tokens", body.raw("max_completion_tokens").orElseThrow());
        }
        if (request.stream() && !request.includeUsage()) {
            body = body.with("stream_options", withUsage(body));
        }
        return HeldBytes.buffer(body.bytes());
    }

    private static String withUsage(JsonDocument body) {
        if (!body.has("stream_options")) {
            return "{\"include_usage\":true}";
        }
        byte[] options = body.raw("stream_options").orElseThrow().getBytes(StandardCharsets.UTF_8);
        try {
            JsonDocument asked = JsonDocument.parse(options, JsonLimits.DEFAULT).with("include_usage", "true");
            return new String(asked.bytes(), StandardCharsets.UTF_8);
        } catch (JsonRejectedException e) {
            throw new IllegalStateException("stream_options were checked on decoding", e);
        }
    }
}
