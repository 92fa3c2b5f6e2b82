package dev.penstock.engine.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import java.nio.FloatBuffer;
import java.util.Optional;

/** How the vectors of a text's tokens become one, as {@code 1_Pooling/config.json} says. */
enum Pooling {
    /** The mean over all tokens. */
    MEAN,
    /** The first token's. */
    CLS,
    /** The last token's. */
    LAST;

    private static final String FILE = "1_Pooling/config.json";

    static Pooling read(ModelDirectory directory) {
        Optional<JsonNode> config = directory.json(FILE);
        if (config.isEmpty() || config.get().path("pooling_mode_mean_tokens").asBoolean()) {
            return MEAN;
        }
        if (config.get().path("pooling_mode_cls_token").asBoolean()) {
            return CLS;
        }
        if (config.get().path("pooling_mode_lasttoken").asBoolean()) {
            return LAST;
        }
        throw new ModelLoadException(
                directory.path().resolve(FILE),
                "no pooling mode that is known (expected one of: pooling_mode_mean_tokens, pooling_mode_cls_token,"
                        + " pooling_mode_lasttoken)");
    }

    /**
     * Pools one row.
     *
     * @param hidden vectors of all tokens of all rows
     * @param at where the row begins
     * @param tokens how many places of the row hold tokens, from its start
     */
    float[] pool(FloatBuffer hidden, int at, int tokens, int dimensions) {
        float[] vector = new float[dimensions];
        switch (this) {
            case CLS -> hidden.get(at, vector);
            case LAST -> hidden.get(at + (tokens - 1) * dimensions, vector);
            case MEAN -> {
                float[] place = new float[dimensions];
                for (int token = 0; token < tokens; token++) {
                    hidden.get(at + token * dimensions, place);
                    for (int i = 0; i < dimensions; i++) {
                        vector[i] += place[i];
                    }
                }
                for (int i = 0; i < dimensions; i++) {
                    vector[i] /= tokens;
                }
            }
        }
        return vector;
    }
}
