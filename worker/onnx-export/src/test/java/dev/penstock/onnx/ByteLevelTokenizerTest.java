package dev.penstock.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteLevelTokenizerTest {

    @TempDir
    private Path directory;

    @Test
    void anyTextRoundTrips() throws Exception {
        try (HuggingFaceTokenizer tokenizer = load(ByteLevelTokenizer.ofBytes())) {
            String text = "Grüße, 東京! 1234\n\tdon't \u0000 stop 🚰";
            long[] ids = tokenizer.encode(text, false, false).getIds();
            assertEquals(text.getBytes(StandardCharsets.UTF_8).length, ids.length);
            assertEquals(text, tokenizer.decode(ids, false));
        }
    }

    @Test
    void mergesApplyAndDigitsStayApart() throws Exception {
        ByteLevelTokenizer tokens = new ByteLevelTokenizer(
                ByteLevelTokenizer.CHAT_SPECIALS,
                List.of(
                        new ByteLevelTokenizer.Merge("a", "b"),
                        new ByteLevelTokenizer.Merge("ab", "c"),
                        new ByteLevelTokenizer.Merge("1", "2")));
        try (HuggingFaceTokenizer tokenizer = load(tokens)) {
            int letters = 3;
            long[] expected = {letters + 256 + 1, letters + '1', letters + '2', 2};
            assertArrayEquals(
                    expected, tokenizer.encode("abc12<|im_end|>", false, false).getIds());
        }
    }

    private HuggingFaceTokenizer load(ByteLevelTokenizer tokens) throws Exception {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, tokens.toJson(new ObjectMapper()).toString());
        return HuggingFaceTokenizer.builder().optTokenizerPath(file).build();
    }
}
