package dev.penstock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.onnx.ByteLevelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackerTest {

    private static final long SEED = 4;
    private static final int ROWS = 3;
    private static final int LENGTH = 400;

    @TempDir
    private Path directory;

    private HuggingFaceTokenizer tokenizer;

    @BeforeEach
    void load() throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(
                file, ByteLevelTokenizer.ofBytes().toJson(new ObjectMapper()).toString());
        tokenizer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optTruncation(false)
                .build();
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void onlyAnswersAreLearned() {
        Batch batch = packer().longRows(ROWS, LENGTH);
        List<String> answers = new ArrayList<>();
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < batch.learned().length; i++) {
            answer.append(tokenizer.decode(new long[] {batch.targets()[i]}, false));
            boolean last = i + 1 == batch.learned().length || batch.learned()[i + 1] != batch.learned()[i] + 1;
            if (last) {
                answers.add(answer.toString());
                answer.setLength(0);
            }
        }
        assertTrue(answers.size() >= ROWS, answers.toString());
        for (String text : answers) {
            assertTrue(!text.contains("<|im_start|>"), text);
        }
        // All but those cut at the end of a row end as an answer does.
        long whole =
                answers.stream().filter(text -> text.endsWith("<|im_end|>")).count();
        assertTrue(whole >= answers.size() - ROWS, answers.toString());
    }

    @Test
    void targetsAreTheNextTokens() {
        Batch batch = packer().shortRows(ROWS, LENGTH);
        for (int i = 0; i < batch.learned().length; i++) {
            int position = (int) batch.learned()[i];
            assertTrue(position % LENGTH < LENGTH - 1, "the last position of a row has no next token");
            assertEquals(batch.ids()[position + 1], batch.targets()[i]);
        }
    }

    @Test
    void conversationsDoNotSeeEachOther() {
        Batch batch = packer().shortRows(ROWS, LENGTH);
        for (int row = 0; row < ROWS; row++) {
            int start = 0;
            for (int i = 0; i < LENGTH; i++) {
                int line = (row * LENGTH + i) * LENGTH;
                if (batch.mask()[line + start] != 0) {
                    start = i;
                }
                for (int j = 0; j < LENGTH; j++) {
                    assertEquals(j >= start && j <= i, batch.mask()[line + j] == 0, "token " + i + " sees " + j);
                }
            }
            assertTrue(start > 0, "one conversation only");
        }
    }

    @Test
    void weightsAddUpToOne() {
        float sum = 0;
        for (float weight : packer().shortRows(ROWS, LENGTH).weights()) {
            sum += weight;
        }
        assertEquals(1, sum, 1e-4);
    }

    private Packer packer() {
        return new Packer(tokenizer, new Corpus(new SplittableRandom(SEED)), new SplittableRandom(SEED));
    }
}
