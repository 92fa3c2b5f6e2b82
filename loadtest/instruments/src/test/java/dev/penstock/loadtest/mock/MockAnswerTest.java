package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MockAnswerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 17, 1000})
    void everyTokenIsOfItsLength(int bytes) {
        for (String token : new AnswerKey(3, bytes).answer("a prompt", 500).tokens()) {
            assertEquals(bytes, token.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void tokensHaveWhatJsonEscapesAndWhatIsNotAscii() {
        String text = new AnswerKey(3, 4).answer("a prompt", 2000).text();
        for (String odd : List.of("\"", "\n", "\\", "/", "é")) {
            assertTrue(text.contains(odd), odd);
        }
    }

    @Test
    void anAnswerDependsOnSeedAndPromptOnly() {
        AnswerKey key = new AnswerKey(5, 8);
        assertArrayEquals(
                key.answer("prompt", 20).json("m", 2),
                new AnswerKey(5, 8).answer("prompt", 20).json("m", 2));
        assertNotEquals(
                key.answer("prompt", 20).text(), key.answer("prompt!", 20).text());
        assertNotEquals(
                key.answer("prompt", 20).text(),
                new AnswerKey(6, 8).answer("prompt", 20).text());
    }

    @Test
    void aShorterAnswerIsTheBeginningOfALongerOne() {
        AnswerKey key = new AnswerKey(5, 8);
        assertTrue(key.answer("prompt", 20)
                .text()
                .startsWith(key.answer("prompt", 7).text()));
    }

    @Test
    void jsonAndFramesHaveTheSameText() throws IOException {
        MockAnswer answer = new AnswerKey(5, 3).answer("prompt", 300);
        JsonNode json = JSON.readTree(answer.json("a \"model\"", 1));
        assertEquals(answer.text(), json.at("/choices/0/message/content").textValue());
        assertEquals("a \"model\"", json.at("/model").textValue());
        StringBuilder streamed = new StringBuilder();
        List<byte[]> frames = answer.frames("a \"model\"", 1, true);
        for (byte[] frame : frames.subList(0, frames.size() - 1)) {
            streamed.append(event(frame).at("/choices/0/delta/content").asText(""));
        }
        assertEquals(answer.text(), streamed.toString());
        assertEquals(1 + 300 + 1 + 1 + 1, frames.size());
        assertEquals(json.at("/usage"), event(frames.get(frames.size() - 2)).at("/usage"));
        assertArrayEquals(MockAnswer.DONE, frames.getLast());
    }

    @Test
    void choicesTakeTurns() throws IOException {
        List<byte[]> frames = new AnswerKey(5, 3).answer("prompt", 4).frames("m", 3, false);
        assertEquals(3 * (1 + 4 + 1) + 1, frames.size());
        for (int i = 0; i < frames.size() - 1; i++) {
            assertEquals(i % 3, event(frames.get(i)).at("/choices/0/index").intValue());
        }
    }

    @Test
    void legacyFormsHaveTheSameText() throws IOException {
        MockAnswer answer = new AnswerKey(5, 3).answer("prompt", 50);
        assertEquals(
                answer.text(),
                JSON.readTree(answer.textJson("m", 1)).at("/choices/0/text").textValue());
        StringBuilder streamed = new StringBuilder();
        List<byte[]> frames = answer.textFrames("m", 1, false);
        for (byte[] frame : frames.subList(0, frames.size() - 1)) {
            streamed.append(event(frame).at("/choices/0/text").textValue());
        }
        assertEquals(answer.text(), streamed.toString());
    }

    @Test
    void embeddingsAreOfTheTextAndExactInDecimals() throws IOException {
        AnswerKey key = new AnswerKey(5, 3);
        assertArrayEquals(key.embedding("x", 9), new AnswerKey(5, 30).embedding("x", 9));
        JsonNode vector = JSON.readTree(MockEmbeddings.json(key, "m", List.of("x"), 1000, false))
                .at("/data/0/embedding");
        float[] expected = key.embedding("x", 1000);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], vector.get(i).floatValue());
            assertTrue(expected[i] >= -1 && expected[i] < 1);
        }
    }

    @Test
    void aKeyHasBounds() {
        assertEquals(
                "token bytes: 1 (expected: 2 to 65536)",
                assertThrows(IllegalArgumentException.class, () -> new AnswerKey(1, 1))
                        .getMessage());
    }

    private static JsonNode event(byte[] frame) throws IOException {
        String text = new String(frame, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("data: ") && text.endsWith("\n\n"), text);
        return JSON.readTree(text.substring("data: ".length()));
    }
}
