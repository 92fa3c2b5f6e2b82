package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a worker of ours tells of prompt tokens arrives where decisions are made. */
final class PromptReportTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHAT = "{\"model\":\"" + TestPool.CHAT_MODEL
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"max_tokens\":4}";

    @Test
    void theGatewayKnowsWhatAWorkerHasToCompute() throws Exception {
        try (TestPool pool = TestPool.start();
                HttpClient client = HttpClient.newHttpClient()) {
            assertTrue(signals(client, pool).path("prompt_tokens_ahead").isMissingNode(), "nothing was told yet");
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            JsonNode signals = MAPPER.missingNode();
            // A report is believed for some seconds: asked again where the machine took longer than that.
            while (!signals.path("prompt_tokens_ahead").isNumber()) {
                assertTrue(System.nanoTime() < deadline, () -> "no report arrived");
                post(client, pool.url(), "/v1/chat/completions", pool.key());
                signals = signals(client, pool);
            }
            assertEquals(0, signals.path("prompt_tokens_ahead").asDouble(), signals::toString);
        }
    }

    private static JsonNode signals(HttpClient client, TestPool pool) throws Exception {
        return post(client, pool.adminUrl(), "/admin/explain", pool.key()).at("/candidates/0/signals");
    }

    private static JsonNode post(HttpClient client, URI origin, String path, String key) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(origin + path))
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key)
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return MAPPER.readTree(answer.body());
    }
}
