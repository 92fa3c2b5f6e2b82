package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MockEngineTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AnswerKey KEY = new AnswerKey(7, 9);
    private static final String CHAT = "/v1/chat/completions";

    private static MockServer server;

    @BeforeAll
    static void start() {
        server = new MockServer(
                MockSettings.instant().withModels(List.of("a", "b/c")).withKey(KEY));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] joined(List<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static String chat(String more) {
        return "{\"model\":\"a\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\u00e9\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"brief\"}]}]" + more + "}";
    }

    private static String contentType(HttpResponse<?> response) {
        return response.headers().firstValue("content-type").orElse("");
    }

    @Test
    void twoMocksOfOneProcessListenApart() {
        Vertx vertx = Vertx.vertx();
        try {
            MockEngine one = MockEngine.start(vertx, MockSettings.instant(), "127.0.0.1", 0, 2)
                    .await();
            MockEngine other = MockEngine.start(vertx, MockSettings.instant(), "127.0.0.1", 0, 2)
                    .await();
            assertNotEquals(one.uri(), other.uri());
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void aChatIsAnsweredByItsKey() throws Exception {
        HttpResponse<byte[]> response = server.post(CHAT, chat(",\"max_tokens\":5"));
        assertEquals(200, response.statusCode());
        assertEquals("application/json", contentType(response));
        assertArrayEquals(KEY.answer("Be ébrief", 5).json("a", 1), response.body());
        JsonNode json = JSON.readTree(response.body());
        assertEquals(
                KEY.answer("Be ébrief", 5).text(),
                json.at("/choices/0/message/content").textValue());
        assertEquals(5, json.at("/usage/completion_tokens").intValue());
        assertEquals(3, json.at("/usage/prompt_tokens").intValue());
        assertEquals(8, json.at("/usage/total_tokens").intValue());
    }

    @Test
    void aChatHasAsManyChoicesAsAskedFor() throws Exception {
        HttpResponse<byte[]> response = server.post(CHAT, chat(",\"n\":3"));
        assertArrayEquals(KEY.answer("Be ébrief", 16).json("a", 3), response.body());
        JsonNode json = JSON.readTree(response.body());
        assertEquals(3, json.at("/choices").size());
        assertEquals(48, json.at("/usage/completion_tokens").intValue());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "100, 1, true", "3, 2, true", "1, 5, false"})
    void aStreamIsTheFramesOfItsKey(int tokens, int choices, boolean usage) throws Exception {
        HttpResponse<byte[]> response = server.post(
                CHAT,
                chat(",\"stream\":true,\"max_completion_tokens\":" + tokens + ",\"n\":" + choices
                        + ",\"stream_options\":{\"include_usage\":" + usage + "}"));
        assertEquals(200, response.statusCode());
        assertEquals("text/event-stream", contentType(response));
        assertArrayEquals(joined(KEY.answer("Be ébrief", tokens).frames("a", choices, usage)), response.body());
    }

    @Test
    void aStreamIsTheSameAgainFromWhatIsRemembered() throws Exception {
        String body = chat(",\"stream\":true,\"max_tokens\":33");
        byte[] first = server.post(CHAT, body).body();
        assertArrayEquals(first, server.post(CHAT, body).body());
    }

    @Test
    void completionsAreAnsweredToo() throws Exception {
        String body = "{\"model\":\"b/c\",\"prompt\":[\"one \",\"two\"],\"max_tokens\":4";
        MockAnswer answer = KEY.answer("one two", 4);
        assertArrayEquals(
                answer.textJson("b/c", 1),
                server.post("/v1/completions", body + "}").body());
        assertArrayEquals(
                joined(answer.textFrames("b/c", 1, false)),
                server.post("/v1/completions", body + ",\"stream\":true}").body());
    }

    @Test
    void embeddingsAreNumbersOrBytes() throws Exception {
        String body = "{\"model\":\"a\",\"input\":[\"x\",\"y\"],\"dimensions\":6";
        JsonNode numbers =
                JSON.readTree(server.post("/v1/embeddings", body + "}").body());
        JsonNode bytes = JSON.readTree(server.post("/v1/embeddings", body + ",\"encoding_format\":\"base64\"}")
                .body());
        for (int text = 0; text < 2; text++) {
            float[] expected = KEY.embedding(text == 0 ? "x" : "y", 6);
            ByteBuffer vector = ByteBuffer.wrap(Base64.getDecoder()
                            .decode(bytes.at("/data/" + text + "/embedding").textValue()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            JsonNode array = numbers.at("/data/" + text + "/embedding");
            assertEquals(6, array.size());
            for (int i = 0; i < 6; i++) {
                assertEquals(expected[i], array.get(i).floatValue());
                assertEquals(expected[i], vector.getFloat());
            }
        }
        assertEquals(2, numbers.at("/usage/total_tokens").intValue());
    }

    @Test
    void anEmbeddingHasTheDimensionsOfTheSettings() throws Exception {
        JsonNode json = JSON.readTree(server.post("/v1/embeddings", "{\"model\":\"a\",\"input\":\"x\"}")
                .body());
        assertEquals(384, json.at("/data/0/embedding").size());
    }

    @Test
    void modelsAndHealthAreToldOfAndCounted() throws Exception {
        JsonNode models = JSON.readTree(server.get("/v1/models").body());
        assertEquals("a", models.at("/data/0/id").textValue());
        assertEquals("b/c", models.at("/data/1/id").textValue());
        assertEquals("{\"status\":\"ok\"}", server.get("/health").body());
        JsonNode stats = JSON.readTree(server.get("/mock/stats").body());
        assertTrue(stats.at("/requests").isIntegralNumber(), stats::toString);
        assertEquals(Fault.values().length, stats.at("/faults").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | /v1/nothing          | {}                                                      | 404 | no such path",
                "GET  | /v1/chat/completions |                                                         | 405 | GET (expected: POST)",
                "POST | /health              | {}                                                      | 405 | POST (expected: GET)",
                "POST | /v1/chat/completions | {\"model\":\"z\",\"messages\":[{\"content\":\"x\"}]}    | 404 | model: z (expected: one of a, b/c)",
                "POST | /v1/chat/completions | {\"model\":\"a\"}                                       | 400 | messages: missing",
                "POST | /v1/chat/completions | {\"model\":                                             | 400 | body (expected: JSON in UTF-8)",
                "POST | /v1/chat/completions | {\"model\":\"a\",\"messages\":[{}],\"max_tokens\":131072,\"n\":128} | 400 | an answer of 150994944 bytes",
            })
    void whatIsWrongIsToldAsOpenAiDoes(String method, String path, @Nullable String body, int status, String message)
            throws Exception {
        HttpResponse<byte[]> response = server.send(method, path, body == null ? "" : body);
        assertEquals(status, response.statusCode());
        JsonNode error = JSON.readTree(response.body()).at("/error");
        assertTrue(error.at("/message").textValue().startsWith(message), error::toString);
        assertEquals("invalid_request_error", error.at("/type").textValue());
    }
}
