package dev.penstock.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of every token, so that text can be put together token by token, which no tokenizer library offers.
 *
 * <p>Two families are known by the {@code decoder} of tokenizer.json: byte-level (GPT-2, Llama 3, Qwen: each character
 * of a token stands for a byte) and SentencePiece (Llama 2, Mistral, Gemma: {@code U+2581} for a space, {@code <0xE4>}
 * for a byte that no token covers).
 */
public final class TokenTable {
    private static final byte[] NOTHING = {};
    private static final Pattern BYTE_FALLBACK = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
    private static final char WORD_START = '\u2581';

    private final byte[][] bytes;
    private final boolean[] special;
    private final Map<String, Integer> addedTokens;
    private final int longest;

    private TokenTable(byte[][] bytes, boolean[] special, Map<String, Integer> addedTokens) {
        this.bytes = bytes;
        this.special = special;
        this.addedTokens = Map.copyOf(addedTokens);
        this.longest =
                Arrays.stream(bytes).mapToInt(token -> token.length).max().orElse(1);
    }

    /**
     * Reads tokenizer.json.
     *
     * @throws ModelLoadException where its decoder is of no known family
     */
    public static TokenTable read(ModelDirectory directory) {
        Path file = directory.tokenizerFile();
        JsonNode root = directory.json("tokenizer.json").orElseThrow(() -> new ModelLoadException(file, "is missing"));
        boolean byteLevel = isByteLevel(root.path("decoder"), file);
        Map<Integer, String> tokens = tokens(root);
        JsonNode added = root.path("added_tokens");
        int size = count(tokens, file);
        byte[][] bytes = new byte[size][];
        Arrays.fill(bytes, NOTHING);
        tokens.forEach((id, text) -> bytes[id] = byteLevel ? fromByteLevel(text) : fromSentencePiece(text));
        boolean[] special = new boolean[size];
        Map<String, Integer> addedTokens = new HashMap<>();
        for (JsonNode token : added) {
            int id = token.path("id").asInt();
            String content = token.path("content").asText();
            bytes[id] = content.getBytes(StandardCharsets.UTF_8);
            special[id] = token.path("special").asBoolean();
            addedTokens.put(content, id);
        }
        return new TokenTable(bytes, special, addedTokens);
    }

    /**
     * One more than the highest id that a tokenizer of any family gives.
     *
     * @throws ModelLoadException where it has no tokens
     */
    public static int idCount(ModelDirectory directory) {
        Path file = directory.tokenizerFile();
        JsonNode root = directory.json("tokenizer.json").orElseThrow(() -> new ModelLoadException(file, "is missing"));
        return count(tokens(root), file);
    }

    private static int count(Map<Integer, String> tokens, Path file) {
        int size = tokens.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        if (size == 0 || size > 10_000_000) {
            throw new ModelLoadException(file, "model.vocab: " + size + " tokens (expected: 1 to 10,000,000)");
        }
        return size;
    }

    private static Map<Integer, String> tokens(JsonNode root) {
        Map<Integer, String> tokens = vocabulary(root.path("model").path("vocab"));
        root.path("added_tokens")
                .forEach(token -> tokens.put(
                        token.path("id").asInt(), token.path("content").asText()));
        return tokens;
    }

    private static boolean isByteLevel(JsonNode decoder, Path file) {
        List<String> types = new ArrayList<>();
        types.add(decoder.path("type").asText());
        decoder.path("decoders").forEach(part -> types.add(part.path("type").asText()));
        if (types.contains("ByteLevel")) {
            return true;
        }
        if (types.contains("Metaspace") || types.contains("ByteFallback") || types.contains("Replace")) {
            return false;
        }
        throw new ModelLoadException(
                file,
                "decoder.type: " + types.getFirst() + " (expected: ByteLevel, Metaspace or a ByteFallback sequence)");
    }

    /** BPE keeps an object of token to id, Unigram a list of [token, score]. */
    private static Map<Integer, String> vocabulary(JsonNode vocabulary) {
        Map<Integer, String> tokens = new HashMap<>();
        if (vocabulary.isObject()) {
            vocabulary.properties().forEach(entry -> tokens.put(entry.getValue().asInt(), entry.getKey()));
        } else {
            for (int id = 0; id < vocabulary.size(); id++) {
                tokens.put(id, vocabulary.get(id).path(0).asText());
            }
        }
        return tokens;
    }

    private static byte[] fromSentencePiece(String token) {
        Matcher fallback = BYTE_FALLBACK.matcher(token);
        if (fallback.matches()) {
            return HexFormat.of().parseHex(fallback.group(1));
        }
        return token.replace(WORD_START, ' ').getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Byte-level tokenizers write bytes as visible characters: printable Latin-1 as itself, the other 68 as U+0100 and
     * up, in order (GPT-2's {@code bytes_to_unicode}).
     */
    private static byte[] fromByteLevel(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= ByteLevelAlphabet.BYTES.length || ByteLevelAlphabet.BYTES[c] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) ByteLevelAlphabet.BYTES[c];
        }
        return bytes;
    }

    private static final class ByteLevelAlphabet {
        static final int[] BYTES = bytes();

        private static int[] bytes() {
            int[] bytes = new int[256 + 68];
            Arrays.fill(bytes, -1);
            int next = 256;
            for (int b = 0; b < 256; b++) {
                boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
                bytes[visible ? b : next++] = b;
            }
            return bytes;
        }
    }

    /** One more than the highest id. */
    public int size() {
        return bytes.length;
    }

    /** The bytes that a token stands for; for special tokens their name. Not to be changed. Empty for unknown ids. */
    public byte[] bytes(int id) {
        return id >= 0 && id < bytes.length ? bytes[id] : NOTHING;
    }

    /** Whether a token is special: not part of the text. */
    public boolean isSpecial(int id) {
        return id >= 0 && id < special.length && special[id];
    }

    /** The text of tokens; special ones have none. */
    public String text(List<Integer> ids) {
        Utf8Assembler assembler = new Utf8Assembler();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            if (!isSpecial(id)) {
                text.append(assembler.append(bytes(id)));
            }
        }
        return text.toString();
    }

    /** The bytes of the longest token. */
    public int longest() {
        return longest;
    }

    /** The id of an added token, such as {@code <|im_end|>}. */
    public OptionalInt addedToken(String content) {
        return Optional.ofNullable(addedTokens.get(content))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** The names of all special tokens. */
    public List<String> specialTokens() {
        return addedTokens.entrySet().stream()
                .filter(token -> special[token.getValue()])
                .map(Map.Entry::getKey)
                .toList();
    }
}
