package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients are told that their requests cost is what the ledger has. */
@Timeout(120)
final class GatewayCostTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String HEADER = "x-penstock-cost-usd";

    /** Of a prompt of 100 tokens 60 came from a cache, of 50 generated 40 are not in the answer. */
    private static final String USAGE = "{\"prompt_tokens\":100,\"completion_tokens\":50,\"total_tokens\":150,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":60},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":40} }";

    /** (40 x 0.15 + 60 x 0.015 + 50 x 0.6) / 1e6. */
    private static final BigDecimal COST = new BigDecimal("0.0000369");

    @TempDir
    private Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private FakeUpstream upstream;
    private GatewayProcess gateway;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
        upstream.use(USAGE);
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                store: {directory: data}
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models:
                      - name: m
                        upstream-name: inner
                        price: {input-per-million: 0.15, cached-input-per-million: 0.015, output-per-million: 0.6}
                      - {name: unpriced}
                """.formatted(upstream.url());
        ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
        gateway = GatewayProcess.start(loader.parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        Eventually.await("the upstream to be probed", () -> get("/pool").contains("\"available\""));
    }

    @AfterEach
    void end() {
        gateway.close();
        client.close();
        upstream.close();
    }

    private String get(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(gateway.adminEndpoint().resolve(path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> chat(String model, String extra) throws Exception {
        String body =
                "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + extra + "}";
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(30))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static JsonNode lastUsage(HttpResponse<String> stream) throws Exception {
        List<String> chunks = stream.body()
                .lines()
                .filter(line -> line.startsWith("data: {") && line.contains("\"usage\":{"))
                .toList();
        assertEquals(1, chunks.size(), stream.body());
        return MAPPER.readTree(chunks.getFirst().substring(6));
    }

    @Test
    void wholeAnswersAndUsageChunksSayWhatTheyCost() throws Exception {
        HttpResponse<String> whole = chat("m", "");
        assertEquals(List.of("0.0000369"), whole.headers().allValues(HEADER));
        assertEquals(
                40,
                MAPPER.readTree(whole.body())
                        .at("/usage/completion_tokens_details/reasoning_tokens")
                        .asInt());

        HttpResponse<String> stream = chat("m", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        JsonNode chunk = lastUsage(stream);
        assertEquals("m", chunk.path("model").asText(), "renamed all the same");
        assertEquals(150, chunk.at("/usage/total_tokens").asInt());
        assertTrue(stream.body().contains(",\"cost_usd\":0.0000369}"), stream.body());
        assertTrue(stream.body().endsWith("data: [DONE]\n\n"), stream.body());

        assertTrue(!chat("m", ",\"stream\":true").body().contains("cost_usd"), "nobody asked for usage");

        assertEquals(List.of(), chat("unpriced", "").headers().allValues(HEADER));
        JsonNode unknown = lastUsage(chat("unpriced", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertTrue(unknown.at("/usage/cost_usd").isMissingNode(), unknown.toString());

        Eventually.await(
                "the sums",
                () -> MAPPER.readTree(get("/admin/usage"))
                                .at("/usage/0/requests")
                                .asInt()
                        == 5);
        JsonNode sums = MAPPER.readTree(get("/admin/usage?group_by=model")).path("usage");
        assertEquals(
                0,
                COST.multiply(BigDecimal.valueOf(3))
                        .compareTo(new BigDecimal(sums.path(0).path("cost_usd").asText())),
                sums.toString());
        assertEquals(120, sums.path(0).path("reasoning_tokens").asInt());
        assertEquals(180, sums.path(0).path("cached_tokens").asInt());
        assertEquals(2, sums.path(1).path("unpriced_requests").asInt());
    }
}
