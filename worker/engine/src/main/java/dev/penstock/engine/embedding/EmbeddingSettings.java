package dev.penstock.engine.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.tensor.GraphSignature;
import dev.penstock.engine.tokenizer.TokenTable;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
    private static final String MODULES = "modules.json";
    private static final Set<String> KNOWN_MODULES = Set.of("Transformer", "Pooling", "Normalize");

    static EmbeddingSettings read(ModelDirectory directory) {
        JsonNode config = directory.config();
        boolean normalizes = modules(directory).anyMatch(type -> type.endsWith("Normalize"));
        boolean shortens = config.path("is_matryoshka").asBoolean() || config.has("matryoshka_dimensions");
        return new EmbeddingSettings(Pooling.read(directory), normalizes, limit(directory, config), shortens);
    }

    private static Stream<String> modules(ModelDirectory directory) {
        return directory
                .json(MODULES)
                .orElse(MissingNode.getInstance())
                .valueStream()
                .map(module -> module.path("type").asText());
    }

    /**
     * Refuses steps that would have to be computed outside of the graph and are not known here, such as the dense layer
     * of LaBSE: without them the vectors would be wrong, and nothing would tell. A graph that gives whole sentences has
     * them inside.
     *
     * @throws ModelLoadException where modules.json has such a step
     */
    void checkModules(ModelDirectory directory, GraphSignature graph) {
        if (graph.output(OnnxEncoder.SENTENCE).isPresent()) {
            return;
        }
        Optional<String> foreign = modules(directory)
                .filter(type -> !KNOWN_MODULES.contains(type.substring(type.lastIndexOf('.') + 1)))
                .findFirst();
        if (foreign.isPresent()) {
            throw new ModelLoadException(
                    directory.path().resolve(MODULES),
                    "type: " + foreign.get()
                            + " (expected: Transformer, Pooling or Normalize, or a graph with the output "
                            + OnnxEncoder.SENTENCE + ")");
        }
    }

    /** The number of token ids, by the graph, else by config.json, else by the tokenizer; positive. */
    int vocabularySize(ModelDirectory directory, GraphSignature graph) {
        if (graph.tokenRows().isPresent()) {
            return Math.toIntExact(graph.tokenRows().getAsLong());
        }
        int configured = directory.config().path("vocab_size").asInt(0);
        return configured > 0 ? configured : TokenTable.idCount(directory);
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
