package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway tells of usage is what its clients were told. */
@Timeout(120)
final class GatewayLedgerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PROMPT = "canary-prompt";

    @TempDir
    private Path directory;

    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final NewKey first = NewKey.generate("first", Optional.empty(), new SecureRandom());
    private final NewKey second = NewKey.generate("second", Optional.empty(), new SecureRandom());
    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
    }

    @AfterEach
    void end() {
        client.close();
        upstream.close();
    }

    private GatewayProcess start() throws Exception {
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                store: {directory: data}
                auth:
                  mode: keys
                  keys:
                    - {id: first, hash: "%s", models: ['*'], tenant: acme, project: web}
                    - {id: second, hash: "%s", models: ['*'], tenant: zeta}
                upstreams:
                  - id: up
                    url: %s/v1
                    site: {name: plant, kind: edge}
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m, price: {input-per-million: 0.15, output-per-million: 0.6}}, {name: free}]
                """.formatted(first.hash(), second.hash(), upstream.url());
        GatewayProcess gateway = GatewayProcess.start(loader.parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        Eventually.await(
                "the upstream to be probed", () -> get(gateway, "/pool").body().contains("\"available\""));
        return gateway;
    }

    private HttpResponse<String> get(GatewayProcess gateway, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(gateway.adminEndpoint().resolve(path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> chat(GatewayProcess gateway, NewKey key, String model, boolean stream)
            throws Exception {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]"
                + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "") + "}";
        return client.send(
                HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key.key())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** When so many requests are in the sums: an answer comes a little before its end is noted. */
    private JsonNode usage(GatewayProcess gateway, String query, int requests) throws Exception {
        Eventually.await("the sums", () -> {
            HttpResponse<String> answer = get(gateway, "/admin/usage");
            return answer.statusCode() == 200
                    && MAPPER.readTree(answer.body()).at("/usage/0/requests").asInt() >= requests;
        });
        return MAPPER.readTree(get(gateway, "/admin/usage" + query).body()).path("usage");
    }

    /** The usage that an answer tells its client of, prompt and completion. */
    private static long[] told(HttpResponse<String> answer, boolean stream) throws Exception {
        String json = stream
                ? answer.body()
                        .lines()
                        .filter(line -> line.startsWith("data: {") && line.contains("\"usage\":{"))
                        .reduce((one, later) -> later)
                        .orElseThrow()
                        .substring(6)
                : answer.body();
        JsonNode usage = MAPPER.readTree(json).path("usage");
        return new long[] {
            usage.path("prompt_tokens").asLong(),
            usage.path("completion_tokens").asLong()
        };
    }

    @Test
    void theSumsAreWhatClientsWereTold() throws Exception {
        int requests = 600;
        Map<String, List<Long>> expected = new TreeMap<>();
        GatewayProcess gateway = start();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            Random random = new Random(11);
            List<Callable<Map.Entry<String, long[]>>> calls = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                NewKey key = random.nextBoolean() ? first : second;
                String model = random.nextInt(4) == 0 ? "free" : "m";
                boolean stream = random.nextBoolean();
                calls.add(() -> {
                    HttpResponse<String> answer = chat(gateway, key, model, stream);
                    assertEquals(200, answer.statusCode(), answer.body());
                    return Map.entry(key.id() + " " + model, told(answer, stream));
                });
            }
            for (Future<Map.Entry<String, long[]>> call : executor.invokeAll(calls)) {
                long[] one = call.get().getValue();
                expected.merge(
                        call.get().getKey(),
                        List.of(1L, one[0], one[1]),
                        (x, y) -> List.of(x.get(0) + 1, x.get(1) + one[0], x.get(2) + one[1]));
            }
            // Refused before anybody was asked: in no ledger.
            assertEquals(404, chat(gateway, first, "nobody", false).statusCode());
            Map<String, List<Long>> kept = new TreeMap<>();
            for (JsonNode line : usage(gateway, "?group_by=key,model", requests)) {
                long[] sum = {
                    line.path("requests").asLong(),
                    line.path("prompt_tokens").asLong(),
                    line.path("completion_tokens").asLong()
                };
                kept.put(
                        line.path("key").asText() + " " + line.path("model").asText(), List.of(sum[0], sum[1], sum[2]));
                boolean priced = line.path("model").asText().equals("m");
                assertEquals(priced ? 0 : sum[0], line.path("unpriced_requests").asLong());
                assertEquals(
                        priced ? (sum[1] * 150 + sum[2] * 600) / 1e9 : 0,
                        line.path("cost_usd").asDouble(),
                        1e-12);
            }
            assertEquals(expected, kept);
            assertEquals(4, kept.size());
        } finally {
            gateway.close();
        }
        assertNothingSaid();
    }

    @Test
    void whatWasUsedOutlivesTheGateway() throws Exception {
        try (GatewayProcess gateway = start()) {
            assertEquals(200, chat(gateway, first, "m", false).statusCode());
        }
        try (GatewayProcess gateway = start()) {
            assertEquals(200, chat(gateway, first, "m", false).statusCode());
            JsonNode lines = usage(gateway, "?group_by=tenant,project,site", 2);
            assertEquals(1, lines.size());
            assertEquals("acme", lines.path(0).path("tenant").asText());
            assertEquals("web", lines.path(0).path("project").asText());
            assertEquals("plant", lines.path(0).path("site").asText());
            assertEquals(2, lines.path(0).path("requests").asInt());
        }
    }

    @Test
    void whatAClientThatLeavesUsedCounts() throws Exception {
        try (GatewayProcess gateway = start()) {
            var gate = upstream.holdStreams();
            HttpResponse<Stream<String>> answer = client.send(
                    HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                            .header("content-type", "application/json")
                            .header("authorization", "Bearer " + first.key())
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                assertTrue(lines.anyMatch(line -> line.contains("one ")));
            }
            JsonNode line = usage(gateway, "?group_by=outcome", 1).path(0);
            assertEquals("client_gone", line.path("outcome").asText());
            assertTrue(line.path("completion_tokens").asLong() >= 1, line.toString());
            gate.countDown();
        }
    }

    @Test
    void reportsSayWhatTheyCannotDo() throws Exception {
        try (GatewayProcess gateway = start()) {
            usage(gateway, "", 0);
            refused(gateway, "?group_by=colour", "group_by: one that there is not (expected: tenant, project, key");
            refused(gateway, "?group_by=key,key", "group_by: key twice");
            refused(gateway, "?from=yesterday", "from: no moment");
            refused(gateway, "?from=2026-02-01&to=2026-01-01", "from: 2026-02-01T00:00:00Z (expected: before to");
            refused(gateway, "?limit=0", "limit: ");
            refused(gateway, "?format=xml", "format: ");
            chat(gateway, first, "m", false);
            usage(gateway, "", 1);
            HttpResponse<String> csv = get(gateway, "/admin/usage?group_by=key&format=csv");
            assertEquals(
                    "key,requests,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,cost_usd,saved_usd,"
                            + "unpriced_requests\r\nfirst,1,5,0,3,0,0.00000255,0,0\r\n",
                    csv.body());
            System.gc(); // counters must outlive it
            String metrics = get(gateway, "/metrics").body();
            assertTrue(metrics.contains("penstock_ledger_waiting 0.0"), metrics);
            assertTrue(metrics.contains("penstock_ledger_written_total 1.0"), metrics);
        }
    }

    private void refused(GatewayProcess gateway, String query, String why) throws Exception {
        HttpResponse<String> answer = get(gateway, "/admin/usage" + query);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(why), answer.body());
    }

    /** Neither prompts nor keys are in what is kept. */
    private void assertNothingSaid() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains(PROMPT), file.toString());
                assertFalse(bytes.contains(first.key()), file.toString());
            }
        }
    }
}
