package dev.penstock.loadtest.mock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What a mock answers to {@code /v1/embeddings}. */
public final class MockEmbeddings {
    private MockEmbeddings() {}

    /**
     * The list of the texts' embeddings; {@code usage.prompt_tokens} is a quarter of each text's characters.
     *
     * @param dimensions from 1
     * @param base64 whether vectors are floats in little-endian order, in base64, or arrays of numbers
     */
    public static byte[] json(AnswerKey key, String model, List<String> texts, int dimensions, boolean base64) {
        StringBuilder json =
                new StringBuilder(256 + texts.size() * dimensions * 10).append("{\"object\":\"list\",\"data\":[");
        int tokens = 0;
        for (int i = 0; i < texts.size(); i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i)
                    .append(",\"embedding\":");
            float[] vector = key.embedding(texts.get(i), dimensions);
            if (base64) {
                json.append('"').append(base64(vector)).append('"');
            } else {
                appendNumbers(json, vector);
            }
            json.append('}');
            tokens += MockAnswer.promptTokens(texts.get(i));
        }
        json.append("],\"model\":\"");
        MockAnswer.appendEscaped(json, model);
        return json.append("\",\"usage\":{\"prompt_tokens\":")
                .append(tokens)
                .append(",\"total_tokens\":")
                .append(tokens)
                .append("}}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** None has an exponent: the smallest is 1/128. */
    private static void appendNumbers(StringBuilder json, float[] vector) {
        char before = '[';
        for (float number : vector) {
            json.append(before).append(number);
            before = ',';
        }
        json.append(']');
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
