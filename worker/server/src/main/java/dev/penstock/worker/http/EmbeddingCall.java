package dev.penstock.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.embedding.EmbeddingInput;
import dev.penstock.engine.embedding.EmbeddingRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@code POST /v1/embeddings}.
 *
 * @param request what to embed
 * @param base64 whether vectors are written as base64 of little-endian float32, which is what the official SDKs ask for
 *     when their caller says nothing
 */
record EmbeddingCall(EmbeddingRequest request, boolean base64) {
    private static final String INPUTS = "a string, a list of strings, token ids or lists of token ids";

    static EmbeddingCall decode(RequestFields fields) {
        boolean base64 =
                switch (fields.string("encoding_format").orElse("float")) {
                    case "float" -> false;
                    case "base64" -> true;
                    default -> throw fields.wrong("encoding_format", "\"float\" or \"base64\"");
                };
        return new EmbeddingCall(
                new EmbeddingRequest(
                        inputs(fields), fields.integer("dimensions", 1, Integer.MAX_VALUE), fields.flag("truncate")),
                base64);
    }

    private static List<EmbeddingInput> inputs(RequestFields fields) {
        JsonNode node = fields.value("input").orElseThrow(() -> fields.wrong("input", INPUTS));
        if (node.isTextual()) {
            return List.of(text(node));
        }
        if (!node.isArray() || node.isEmpty()) {
            throw node.isArray()
                    ? RequestRejectedException.invalid("input", "an empty list", INPUTS)
                    : fields.wrong("input", INPUTS);
        }
        if (node.get(0).isNumber()) {
            return List.of(new EmbeddingInput.Tokens(RequestFields.tokenIds("input", node)));
        }
        List<EmbeddingInput> inputs = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            inputs.add(input(element));
        }
        return inputs;
    }

    private static EmbeddingInput input(JsonNode element) {
        if (element.isTextual()) {
            return text(element);
        }
        if (element.isArray() && !element.isEmpty()) {
            return new EmbeddingInput.Tokens(RequestFields.tokenIds("input", element));
        }
        throw RequestRejectedException.invalid("input", "a list with " + RequestFields.kind(element), INPUTS);
    }

    private static EmbeddingInput text(JsonNode node) {
        if (node.textValue().isEmpty()) {
            throw RequestRejectedException.invalid("input", "an empty string", "a text");
        }
        return new EmbeddingInput.Text(node.textValue());
    }
}
