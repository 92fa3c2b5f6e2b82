package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a gateway says of its decisions: in the headers of answers, when asked, and in its log of them. */
final class GatewayRoutingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"canary-prompt\"}]}";

    @TempDir
    private Path directory;

    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Logger root =
            assertInstanceOf(Logger.class, LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private FakeUpstream upstream;
    private Optional<GatewayProcess> process = Optional.empty();

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
        logged.start();
        root.addAppender(logged);
    }

    @AfterEach
    void end() {
        process.ifPresent(GatewayProcess::close);
        root.detachAppender(logged);
        client.close();
        upstream.close();
    }

    private String yaml(String routing) {
        return """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                routing: %s
                upstreams:
                  - id: near
                    url: %2$s/v1
                    site: {name: plant, kind: edge}
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models:
                      - {name: m, price: {input-per-million: 1, output-per-million: 2}}
                      - {name: small, capabilities: [chat, logprobs]}
                  - id: far
                    url: %2$s/v1
                    site: {name: cloud, kind: cloud, region: eu}
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models:
                      - {name: m, price: {input-per-million: 1000, output-per-million: 2000}}
                      - {name: big, capabilities: [chat, logprobs]}
                models: [{name: chain, cascade: {stages: [small, big], min-confidence: 0.8}}]
                """.formatted(routing, upstream.url());
    }

    private GatewayProcess start(String routing) throws Exception {
        GatewayProcess started =
                GatewayProcess.start(loader.parse("gateway.yaml", yaml(routing), directory, GatewayConfig.class)
                        .orThrow());
        process = Optional.of(started);
        awaitWorkers(started);
        return started;
    }

    /** Until both were probed: who asks before is told to try again. */
    private void awaitWorkers(GatewayProcess started) throws Exception {
        HttpRequest pool = HttpRequest.newBuilder(URI.create(started.adminEndpoint() + "/pool"))
                .build();
        Eventually.await(
                "the workers to be probed",
                () -> client.send(pool, HttpResponse.BodyHandlers.ofString())
                                .body()
                                .split("\"available\"", -1)
                                .length
                        >= 3);
    }

    private HttpResponse<String> post(URI origin, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path))
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode explained(GatewayProcess gateway, String query, String... headers) throws Exception {
        HttpResponse<String> answer = post(gateway.adminEndpoint(), "/admin/explain" + query, CHAT, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return MAPPER.readTree(answer.body());
    }

    private static JsonNode candidate(JsonNode told, String worker) {
        return StreamSupport.stream(told.path("candidates").spliterator(), false)
                .filter(one -> one.path("worker").asText().equals(worker))
                .findFirst()
                .orElseThrow();
    }

    private void assertNoPromptLogged() {
        for (ILoggingEvent event : List.copyOf(logged.list)) {
            assertFalse(event.getFormattedMessage().contains("canary"), event.getFormattedMessage());
            assertFalse(String.valueOf(event.getKeyValuePairs()).contains("canary"), event.toString());
        }
    }

    @Test
    void anAnswerSaysWhoGaveItAndWhyAndForHowMuch() throws Exception {
        GatewayProcess gateway = start("{policy: cheapest}");
        HttpResponse<String> answer = post(gateway.endpoint(), "/v1/chat/completions", CHAT);
        assertEquals(200, answer.statusCode(), answer.body());
        Map<String, List<String>> headers = answer.headers().map();
        assertEquals(List.of("near"), headers.get("x-penstock-worker"));
        assertEquals(List.of("plant"), headers.get("x-penstock-site"));
        assertEquals(List.of("cheapest"), headers.get("x-penstock-policy"));
        assertTrue(headers.containsKey("x-penstock-reason"), headers.toString());
        double cost = Double.parseDouble(
                answer.headers().firstValue("x-penstock-cost-usd").orElseThrow());
        assertTrue(cost > 0 && cost < 0.01, "cost: " + cost);
    }

    @Test
    void anExplanationHasEveryTermAndSendsNothing() throws Exception {
        GatewayProcess gateway = start("{worth: {dollars-per-second: 0.001, dollars-per-quality: 0}}");
        JsonNode told = explained(gateway, "");
        assertEquals("balanced", told.path("policy").path("name").asText());
        assertEquals(16, told.path("seed").asText().length());
        assertEquals(
                "near",
                told.path("plan").path("attempts").path(0).path("worker").asText());
        JsonNode near = candidate(told, "near");
        assertEquals(1, near.path("place").asInt());
        assertFalse(near.has("refused_by"));
        double sum = 0;
        for (JsonNode term : near.path("terms")) {
            double value = term.path("value").asDouble();
            double worth = term.path("unit").asText().equals("seconds") ? 0.001 : 1;
            assertEquals(value * worth, term.path("usd").asDouble(), 1e-12, term.toString());
            sum += term.path("usd").asDouble();
        }
        assertEquals(sum, near.path("cost_usd").asDouble(), 1e-12);
        assertEquals(sum, near.path("policy_cost").asDouble(), 1e-9, "balanced goes by just this");
        assertFalse(near.path("policy_terms").isEmpty());
        assertTrue(near.path("signals").path("age_ms").isNumber());
        assertTrue(candidate(told, "far").path("cost_usd").asDouble()
                > near.path("cost_usd").asDouble());
        assertEquals(List.of(), upstream.bodies());
        assertFalse(told.toString().contains("canary"));
        assertNoPromptLogged();
    }

    @Test
    void whoMayNotIsToldWithTheFilterAndWhy() throws Exception {
        GatewayProcess gateway = start("{}");
        JsonNode told = explained(gateway, "", "x-penstock-data-class", "private");
        JsonNode far = candidate(told, "far");
        assertEquals("placement", far.path("refused_by").asText());
        assertFalse(far.path("why").asText().isEmpty());
        assertFalse(far.has("place"));
        assertEquals(
                "private",
                told.path("asked").path("constraints").path("data_class").asText());
        JsonNode nobody = explained(gateway, "", "x-penstock-data-class", "private", "x-penstock-region", "mars");
        assertFalse(nobody.has("plan"));
        assertFalse(nobody.path("refusal").asText().isEmpty());
        assertEquals(List.of(), upstream.bodies());
    }

    @Test
    void whatTheConfigurationDemandsNoHeaderLoosens() throws Exception {
        GatewayProcess gateway = start("{policy: fastest, constraints: {data-class: private}}");
        for (String header : List.of("public", "internal", "private")) {
            HttpResponse<String> answer =
                    post(gateway.endpoint(), "/v1/chat/completions", CHAT, "x-penstock-data-class", header);
            assertEquals(Optional.of("near"), answer.headers().firstValue("x-penstock-worker"), answer.body());
        }
        HttpResponse<String> nowhere =
                post(gateway.endpoint(), "/v1/chat/completions", CHAT, "x-penstock-region", "eu");
        assertEquals(400, nowhere.statusCode(), nowhere.body());
        assertTrue(nowhere.body().contains("region"), nowhere.body());
        assertEquals(3, upstream.bodies().size());
    }

    @Test
    void whatAnAnswerSaysOfItsWorkersLoadIsKnownToTheNextDecision() throws Exception {
        GatewayProcess gateway = start("{policy: cheapest}");
        upstream.reportLoad("TEXT named_metrics.num_requests_waiting=7,named_metrics.kv_cache_usage_perc=0.5");
        assertEquals(200, post(gateway.endpoint(), "/v1/chat/completions", CHAT).statusCode());
        JsonNode told = explained(gateway, "");
        JsonNode near = candidate(told, "near").path("signals");
        assertEquals(7, near.path("reported_queue").asInt(), near.toString());
        assertEquals(0.5, near.path("cache_use").asDouble(), 1e-3, near.toString());
        assertEquals(
                0, candidate(told, "far").path("signals").path("reported_queue").asInt());
    }

    @Test
    void aHedgeIsExplained() throws Exception {
        JsonNode attempts = explained(start("{policy: cheapest, hedge: {budget: 0.1}}"), "")
                .path("plan")
                .path("attempts");
        assertEquals("hedge", attempts.path(1).path("start").asText());
        assertTrue(attempts.path(1).path("after_ms").asDouble() >= 10, attempts.toString());
    }

    @Test
    void allStagesOfACascadeAreExplained() throws Exception {
        HttpResponse<String> answer =
                post(start("{}").adminEndpoint(), "/admin/explain", CHAT.replace("\"m\"", "\"chain\""));
        JsonNode told = MAPPER.readTree(answer.body());
        JsonNode attempts = told.path("plan").path("attempts");
        assertEquals(List.of("small", "big"), attempts.findValuesAsText("model"), answer.body());
        assertEquals(0.8, attempts.path(1).path("min_confidence").asDouble());
        for (String worker : List.of("near", "far")) {
            assertFalse(candidate(told, worker).path("policy_terms").isEmpty(), worker);
        }
    }

    @Test
    void whatTheApiWouldRefuseIsRefused() throws Exception {
        GatewayProcess gateway = start("{}");
        URI admin = gateway.adminEndpoint();
        assertEquals(400, post(admin, "/admin/explain", "{\"model\":1}").statusCode());
        assertEquals(
                400,
                post(admin, "/admin/explain", CHAT, "x-penstock-data-class", "secret")
                        .statusCode());
        assertEquals(400, post(admin, "/admin/explain?operation=dance", CHAT).statusCode());
        HttpResponse<String> noKey = post(admin, "/admin/explain?key-id=nobody", CHAT);
        assertEquals(400, noKey.statusCode());
        assertTrue(noKey.body().contains("no such key"), noKey.body());
        assertEquals(413, post(admin, "/admin/explain", " ".repeat(5 << 20)).statusCode());
        HttpResponse<String> read = client.send(
                HttpRequest.newBuilder(URI.create(admin + "/admin/explain")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(405, read.statusCode());
        assertEquals(Optional.of("POST"), read.headers().firstValue("allow"));
        assertEquals(404, post(gateway.endpoint(), "/admin/explain", CHAT).statusCode(), "not on the public listener");
        assertNoPromptLogged();
    }

    @Test
    void decisionsAreKeptWithoutPrompts() throws Exception {
        GatewayProcess gateway = start("{decision-log: {path: decisions.jsonl, sample: 1}}");
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    200, post(gateway.endpoint(), "/v1/chat/completions", CHAT).statusCode());
        }
        gateway.close();
        List<String> lines = Files.readAllLines(directory.resolve("decisions.jsonl"));
        assertEquals(5, lines.size());
        for (String text : lines) {
            assertFalse(text.contains("canary"), text);
            JsonNode line = MAPPER.readTree(text);
            assertEquals("ok", line.path("outcome").path("result").asText());
            assertEquals(3, line.path("outcome").path("completion_tokens").asInt());
            assertEquals(
                    (5 * 1 + 3 * 2) / 1e6, line.path("outcome").path("cost_usd").asDouble(), 1e-12);
            assertEquals(2, line.path("candidates").size());
        }
    }

    @Test
    void aReloadChangesThePolicyAndRefusesOneThereIsNot() throws Exception {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, yaml("{policy: cheapest}"));
        if (!(loader.load(file, GatewayConfig.class) instanceof ConfigResult.Loaded<GatewayConfig> valid)) {
            throw new AssertionError("refused (expected: accepted)");
        }
        GatewayProcess gateway = start("{policy: cheapest}");
        ConfigWatch<GatewayConfig> watch = new ConfigWatch<>(loader, GatewayConfig.class, file, valid);
        watch.onChange(gateway::prepare);
        Files.writeString(file, yaml("{policy: cheepest}"));
        ConfigWatch.Reload refused = watch.reload();
        assertFalse(refused.swapped());
        assertTrue(
                refused.faults().getFirst().contains("did you mean `cheapest`?"),
                refused.faults().toString());
        assertEquals(Optional.of("cheapest"), policy(gateway));
        Files.writeString(file, yaml("{policy: fastest}"));
        assertTrue(watch.reload().swapped());
        assertEquals(Optional.of("fastest"), policy(gateway));
    }

    private Optional<String> policy(GatewayProcess gateway) throws Exception {
        return post(gateway.endpoint(), "/v1/chat/completions", CHAT).headers().firstValue("x-penstock-policy");
    }
}
