package dev.penstock.gateway.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** An answer of {@code /v1/embeddings}, as OpenAI has it: vectors as arrays of numbers, or as base64 of floats. */
final class EmbeddingsAnswer {
    static final int MAX_DIMENSIONS = 8_192;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EmbeddingsAnswer() {}

    /** An answer that is none. Says what is wrong with its form, and nothing of what is in it. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The vectors, in the order of the texts, each of length 1.
     *
     * @param texts how many were asked for
     * @throws Refused for anything else than that many directions, with equally many dimensions
     */
    static List<float[]> read(byte[] body, int texts) {
        JsonNode data = parsed(body).path("data");
        if (!data.isArray() || data.size() != texts) {
            throw new Refused("data: " + (data.isArray() ? data.size() + " vectors" : "no array") + " (expected: "
                    + texts + " vectors)");
        }
        float[][] vectors = new float[texts][];
        for (int i = 0; i < texts; i++) {
            JsonNode each = data.get(i);
            JsonNode index = each.path("index");
            int at = index.isMissingNode() ? i : index.canConvertToInt() ? index.intValue() : -1;
            if (at < 0 || at >= texts || vectors[at] != null) {
                throw new Refused("index: twice, or none of a text (expected: each text's once)");
            }
            vectors[at] = normalised(vector(each.path("embedding")));
        }
        int dimensions = vectors[0].length;
        if (!Arrays.stream(vectors).allMatch(vector -> vector.length == dimensions)) {
            throw new Refused("embedding: not all of one length (expected: equally many dimensions)");
        }
        return List.of(vectors);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return Optional.ofNullable(MAPPER.readTree(body)).orElseGet(MAPPER::missingNode);
        } catch (IOException garbage) {
            throw new Refused("no JSON (expected: an object)");
        }
    }

    private static float[] vector(JsonNode embedding) {
        if (embedding.isTextual()) {
            return floats(embedding.textValue());
        }
        if (!embedding.isArray()) {
            throw new Refused("embedding: neither an array nor a text (expected: one of them)");
        }
        requireDimensions(embedding.size());
        float[] vector = new float[embedding.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!embedding.get(i).isNumber()) {
                throw new Refused("embedding: holds what is no number (expected: numbers)");
            }
            vector[i] = embedding.get(i).floatValue();
        }
        return vector;
    }

    private static float[] floats(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException garbage) {
            throw new Refused("embedding: no base64 (expected: that of floats)");
        }
        FloatBuffer floats =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        if (bytes.length % Float.BYTES != 0) {
            throw new Refused("embedding: " + bytes.length + " bytes (expected: four a number)");
        }
        requireDimensions(floats.remaining());
        float[] vector = new float[floats.remaining()];
        floats.get(vector);
        return vector;
    }

    private static void requireDimensions(int dimensions) {
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new Refused("embedding: " + dimensions + " dimensions (expected: 1 to " + MAX_DIMENSIONS + ")");
        }
    }

    private static float[] normalised(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        if (!Double.isFinite(squares) || squares == 0) {
            throw new Refused("embedding: not finite, or zero (expected: a direction)");
        }
        double scale = 1 / Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] * scale);
        }
        return vector;
    }
}
