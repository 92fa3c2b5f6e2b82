package dev.penstock.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a language model as a directory in the layout of a Hugging Face ONNX export: {@code model.onnx},
 * {@code config.json}, {@code generation_config.json}, {@code tokenizer.json}, {@code tokenizer_config.json}.
 */
public final class ModelDirectory {

    /** ChatML: each turn between its marks, then the opening of the answer where one is asked for. */
    public static final String CHAT_TEMPLATE =
            "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n'"
                    + " + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ModelDirectory() {}

    /**
     * Writes all files, replacing those that exist.
     *
     * @param directory where to; made if absent
     * @throws IllegalArgumentException if the weights do not fit the shape, or the tokenizer knows more ids than the
     *     model or lacks the special tokens of a conversation
     * @throws IOException if a file cannot be written
     */
    public static void write(Path directory, DecoderShape shape, DecoderWeights weights, ByteLevelTokenizer tokenizer)
            throws IOException {
        if (tokenizer.size() > shape.vocabularySize()) {
            throw new IllegalArgumentException("vocabularySize: " + shape.vocabularySize() + " (expected: >= "
                    + tokenizer.size() + ", what the tokenizer knows)");
        }
        if (!tokenizer.specials().containsAll(ByteLevelTokenizer.CHAT_SPECIALS)) {
            throw new IllegalArgumentException("specials: " + tokenizer.specials() + " (expected: at least "
                    + ByteLevelTokenizer.CHAT_SPECIALS + ")");
        }
        Files.createDirectories(directory);
        Files.write(directory.resolve("model.onnx"), DecoderGraph.write(shape, weights));
        json(directory.resolve("config.json"), config(shape, tokenizer));
        json(directory.resolve("generation_config.json"), generation(tokenizer));
        json(directory.resolve("tokenizer_config.json"), tokenizerConfig(shape));
        // A vocabulary is long and read by machines only: no indentation.
        Files.writeString(
                directory.resolve("tokenizer.json"), tokenizer.toJson(JSON).toString() + "\n");
    }

    private static ObjectNode config(DecoderShape shape, ByteLevelTokenizer tokenizer) {
        boolean llama = shape.norm() == Norm.RMS && shape.positions() == Positions.ROTARY && shape.mlp() == Mlp.SWIGLU;
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add(llama ? "LlamaForCausalLM" : "PenstockForCausalLM");
        config.put("model_type", llama ? "llama" : "penstock")
                .put("hidden_size", shape.hiddenSize())
                .put("intermediate_size", shape.mlpSize())
                .put("num_hidden_layers", shape.layers())
                .put("num_attention_heads", shape.heads())
                .put("num_key_value_heads", shape.keyValueHeads())
                .put("head_dim", shape.headSize())
                .put("hidden_act", shape.mlp() == Mlp.SWIGLU ? "silu" : "gelu_pytorch_tanh")
                .put("rms_norm_eps", shape.normEpsilon())
                .put("rope_theta", shape.ropeTheta())
                .put("vocab_size", shape.vocabularySize())
                .put("max_position_embeddings", shape.contextLength())
                .put("tie_word_embeddings", shape.tiedHead())
                .put("attention_bias", false)
                .put("mlp_bias", false)
                .put("torch_dtype", "float32")
                .put("use_cache", true);
        return ids(config, tokenizer).put("eos_token_id", tokenizer.specials().indexOf(ByteLevelTokenizer.TURN_END));
    }

    private static ObjectNode generation(ByteLevelTokenizer tokenizer) {
        ObjectNode config = ids(JSON.createObjectNode(), tokenizer);
        for (String end : List.of(ByteLevelTokenizer.TURN_END, ByteLevelTokenizer.END_OF_TEXT)) {
            config.withArray("eos_token_id").add(tokenizer.specials().indexOf(end));
        }
        return config;
    }

    private static ObjectNode ids(ObjectNode config, ByteLevelTokenizer tokenizer) {
        int endOfText = tokenizer.specials().indexOf(ByteLevelTokenizer.END_OF_TEXT);
        return config.put("bos_token_id", endOfText).put("pad_token_id", endOfText);
    }

    private static ObjectNode tokenizerConfig(DecoderShape shape) {
        return JSON.createObjectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("model_max_length", shape.contextLength())
                .put("add_bos_token", false)
                .put("clean_up_tokenization_spaces", false)
                .put("bos_token", ByteLevelTokenizer.END_OF_TEXT)
                .put("eos_token", ByteLevelTokenizer.TURN_END)
                .put("pad_token", ByteLevelTokenizer.END_OF_TEXT)
                .put("padding_side", "left")
                .put("chat_template", CHAT_TEMPLATE);
    }

    private static void json(Path file, ObjectNode content) throws IOException {
        try {
            Files.writeString(file, JSON.writeValueAsString(content) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always serialises", e);
        }
    }
}
