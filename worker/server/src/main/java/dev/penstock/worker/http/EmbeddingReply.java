package dev.penstock.worker.http;

import dev.penstock.engine.embedding.Embedding;
import dev.penstock.engine.embedding.EmbeddingResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code CreateEmbeddingResponse}. */
final class EmbeddingReply {
    private EmbeddingReply() {}

    static Json write(EmbeddingResult result, String model, boolean base64) {
        Json out = new Json(4096).raw("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < result.embeddings().size(); i++) {
            Embedding embedding = result.embeddings().get(i);
            out.raw(i == 0 ? "" : ",")
                    .raw("{\"object\":\"embedding\",\"index\":")
                    .number(i)
                    .raw(",\"embedding\":");
            if (base64) {
                base64(out, embedding.vector());
            } else {
                numbers(out, embedding.vector());
            }
            out.raw("}");
        }
        return out.raw("],\"model\":")
                .string(model)
                .raw(",\"usage\":{\"prompt_tokens\":")
                .number(result.tokens())
                .raw(",\"total_tokens\":")
                .number(result.tokens())
                .raw("}}");
    }

    private static void numbers(Json out, float[] vector) {
        out.raw("[");
        for (int i = 0; i < vector.length; i++) {
            out.raw(i == 0 ? "" : ",").number(vector[i]);
        }
        out.raw("]");
    }

    private static void base64(Json out, float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        out.raw("\"")
                .raw(new String(Base64.getEncoder().encode(bytes.array()), StandardCharsets.US_ASCII))
                .raw("\"");
    }
}
