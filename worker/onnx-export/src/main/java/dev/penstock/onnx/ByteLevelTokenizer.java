package dev.penstock.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A byte-level BPE vocabulary, as GPT-2 introduced it, with digits always apart.
 *
 * <p>Ids: special tokens first, then the 256 bytes in the order of {@link #alphabet()}, then one per merge.
 *
 * @param specials special tokens, matched before all else and never split
 * @param merges pairs of tokens in the order of their learning, written in the byte alphabet
 */
public record ByteLevelTokenizer(List<String> specials, List<Merge> merges) {

    /** Ends a document, and pads. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Opens a turn of a conversation. */
    public static final String TURN_START = "<|im_start|>";

    /** Closes a turn of a conversation: where the model stops. */
    public static final String TURN_END = "<|im_end|>";

    /** The special tokens of a conversation in ChatML, with their ids 0, 1 and 2. */
    public static final List<String> CHAT_SPECIALS = List.of(END_OF_TEXT, TURN_START, TURN_END);

    /** One learned pair. */
    public record Merge(String left, String right) {}

    public ByteLevelTokenizer {
        specials = List.copyOf(specials);
        merges = List.copyOf(merges);
    }

    /** A tokenizer that knows single bytes only: 3 special tokens and 256 bytes. */
    public static ByteLevelTokenizer ofBytes() {
        return new ByteLevelTokenizer(CHAT_SPECIALS, List.of());
    }

    /** Number of token ids. */
    public int size() {
        return specials.size() + 256 + merges.size();
    }

    /** All tokens by id. */
    public List<String> tokens() {
        List<String> tokens = new ArrayList<>(specials);
        for (char letter : alphabet().toCharArray()) {
            tokens.add(String.valueOf(letter));
        }
        merges.forEach(merge -> tokens.add(merge.left() + merge.right()));
        return tokens;
    }

    /**
     * GPT-2's 256 letters, one for each byte value in order: printable ones stand for themselves, the others are moved
     * beyond U+0100, so that every token is printable text.
     */
    public static String alphabet() {
        StringBuilder letters = new StringBuilder(256);
        int moved = 0;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            letters.append((char) (printable ? b : 256 + moved++));
        }
        return letters.toString();
    }

    /** The content of {@code tokenizer.json}, as Hugging Face's fast tokenizers read it. */
    public ObjectNode toJson(ObjectMapper mapper) {
        ObjectNode root = mapper.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < specials.size(); id++) {
            added.addObject()
                    .put("id", id)
                    .put("content", specials.get(id))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        ObjectNode split = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = split.putArray("pretokenizers");
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(steps.addObject());
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"));
        model(root.putObject("model"));
        return root;
    }

    private static void byteLevel(ObjectNode node) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private void model(ObjectNode model) {
        model.put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        List<String> tokens = tokens();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode learned = model.putArray("merges");
        merges.forEach(merge -> learned.add(merge.left() + " " + merge.right()));
    }
}
