package dev.penstock.engine.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.penstock.engine.ModelDirectory;

/**
 * What the JSON files of an embedding model's directory say.
 *
 * @param pooling how token vectors become one
 * @param normalizes whether vectors are scaled to length 1
 * @param inputLimit the most tokens of an input, special tokens included
 * @param shortens whether vectors may be cut to fewer dimensions: the model was trained for it
 */
record EmbeddingSettings(Pooling pooling, boolean normalizes, int inputLimit, boolean shortens) {
    private static final int DEFAULT_LIMIT = 512;

    static EmbeddingSettings read(ModelDirectory directory) {
        JsonNode config = directory.config();
        boolean normalizes = directory
                .json("modules.json")
                .map(modules -> modules.valueStream()
                        .anyMatch(module -> module.path("type").asText().endsWith("Normalize")))
                .orElse(false);
        boolean shortens = config.path("is_matryoshka").asBoolean() || config.has("matryoshka_dimensions");
        return new EmbeddingSettings(Pooling.read(directory), normalizes, limit(directory, config), shortens);
    }

    /** RoBERTa's positions begin after the padding token's. */
    private static int limit(ModelDirectory directory, JsonNode config) {
        int positions = config.path("max_position_embeddings").asInt(DEFAULT_LIMIT);
        if (config.path("model_type").asText().contains("roberta")) {
            positions -= config.path("pad_token_id").asInt(1) + 1;
        }
        int length = directory
                .json("sentence_bert_config.json")
                .orElse(MissingNode.getInstance())
                .path("max_seq_length")
                .asInt(0);
        return length > 0 ? Math.min(length, positions) : positions;
    }
}
