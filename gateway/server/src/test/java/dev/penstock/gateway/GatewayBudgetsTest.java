package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of gateways as clients and operators meet them. */
@Timeout(180)
final class GatewayBudgetsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the upstream's answers: 5 tokens in at a dollar a million, 3 out at ten. */
    private static final long COST_NANOS = 35_000;

    @TempDir
    private Path directory;

    private final ConfigLoader loader = ConfigLoader.with(
            SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY, "HOOK", "hook-canary-secret")));
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final NewKey key = NewKey.generate("k", Optional.empty(), new SecureRandom());
    private final List<String> alerts = new CopyOnWriteArrayList<>();
    private final AtomicInteger failing = new AtomicInteger();
    private FakeUpstream upstream;
    private HttpServer hook;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        hook.createContext("/alerts", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean fails = failing.getAndDecrement() > 0;
            boolean known = "Bearer hook-canary-secret"
                    .equals(exchange.getRequestHeaders().getFirst("authorization"));
            if (!fails) {
                alerts.add(known ? body : "without the secret: " + body);
            }
            exchange.sendResponseHeaders(fails ? 500 : 204, -1);
            exchange.close();
        });
        hook.start();
    }

    @AfterEach
    void end() {
        client.close();
        upstream.close();
        hook.stop(0);
    }

    private GatewayProcess start(String data, String store, String budgets) throws Exception {
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                store: {directory: %s%s}
                budgets: {webhook: "http://127.0.0.1:%d/alerts?of=budgets", webhook-secret: env:HOOK}
                auth:
                  mode: keys
                  keys:
                    - {id: k, hash: "%s", tenant: acme, project: web, models: ["*"]}
                  tenants: %s
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m, price: {input-per-million: 1, output-per-million: 10}}, {name: unpriced}]
                """.formatted(data, store, hook.getAddress().getPort(), key.hash(), budgets, upstream.url());
        GatewayProcess gateway = GatewayProcess.start(loader.parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        Eventually.await(
                "the upstream to be probed", () -> get(gateway, "/pool").body().contains("\"available\""));
        Eventually.await(
                "the store to be reached", () -> get(gateway, "/admin/budgets").statusCode() == 200);
        return gateway;
    }

    private HttpResponse<String> get(GatewayProcess gateway, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(gateway.adminEndpoint().resolve(path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> chat(URI endpoint, String extra) throws Exception {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"canary-prompt\"}]," + extra + "}";
        return client.send(
                HttpRequest.newBuilder(URI.create(endpoint + "/v1/chat/completions"))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key.key())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static final String SMALL = "\"model\":\"m\",\"max_tokens\":4";

    private JsonNode standing(GatewayProcess gateway) throws Exception {
        return MAPPER.readTree(get(gateway, "/admin/budgets").body()).path("budgets");
    }

    private static String message(HttpResponse<String> refused) throws Exception {
        return MAPPER.readTree(refused.body()).at("/error/message").asText();
    }

    @Test
    void aBudgetIsUsedUpAndThenRefusesTellingWhy() throws Exception {
        // A request may cost some 80 to 120 millionths, and costs 35.
        try (GatewayProcess gateway = start("data", "", "[{id: acme, budgets: [{usd: 0.002, period: daily}]}]")) {
            int answered = 0;
            HttpResponse<String> last = chat(gateway.endpoint(), SMALL);
            for (; last.statusCode() == 200; last = chat(gateway.endpoint(), SMALL)) {
                answered++;
                assertTrue(answered < 100, "still answering");
            }
            assertEquals(429, last.statusCode(), last.body());
            JsonNode error = MAPPER.readTree(last.body()).path("error");
            assertEquals("insufficient_quota", error.path("type").asText());
            assertEquals("insufficient_quota", error.path("code").asText());
            assertEquals("false", last.headers().firstValue("x-should-retry").orElseThrow());
            assertTrue(last.headers().firstValue("retry-after").isEmpty());
            String message = error.path("message").asText();
            assertTrue(message.startsWith("the daily budget of tenant acme is $0.002, of which $0"), message);
            assertTrue(message.contains("; it is renewed at 20"), message);
            int requests = answered;
            Eventually.await(
                    "all of it to be settled",
                    () -> standing(gateway)
                                    .path(0)
                                    .path("spent")
                                    .decimalValue()
                                    .movePointRight(9)
                                    .longValue()
                            == requests * COST_NANOS);
            // What is left is less than one reservation, which is less than four times what is charged.
            assertTrue(2_000_000 - requests * COST_NANOS < 4 * COST_NANOS, "answered " + answered);
            Eventually.await("both alerts", () -> alerts.size() == 2);
            for (String alert : alerts) {
                JsonNode told = MAPPER.readTree(alert);
                assertEquals("acme", told.path("tenant").asText(), alert);
                assertEquals("daily", told.path("period").asText());
                assertEquals(0.002, told.path("limit").asDouble());
                assertTrue(
                        told.path("share").asDouble() == 0.8
                                || told.path("share").asDouble() == 1,
                        alert);
            }
            String metrics = get(gateway, "/metrics").body();
            assertTrue(
                    metrics.contains("penstock_budget_limit{budget=\"tenant:acme usd daily\",unit=\"usd\"} 0.002"),
                    metrics);
            assertTrue(metrics.contains("penstock_budget_alerts_sent_total 2.0"), metrics);
        }
    }

    @Test
    void whatNothingBoundsIsNotRun() throws Exception {
        String budgets =
                "[{id: acme, budgets: [{usd: 1}], projects: [{id: web, budgets: [{tokens: 1000, models: [m]}]}]}]";
        try (GatewayProcess gateway = start("data", "", budgets)) {
            HttpResponse<String> unbounded = chat(gateway.endpoint(), "\"model\":\"m\"");
            assertEquals(400, unbounded.statusCode(), unbounded.body());
            assertTrue(message(unbounded).startsWith("max_tokens: missing (expected: "), unbounded.body());
            HttpResponse<String> unpriced = chat(gateway.endpoint(), "\"model\":\"unpriced\",\"max_tokens\":4");
            assertEquals(403, unpriced.statusCode(), unpriced.body());
            assertTrue(message(unpriced).contains("'unpriced' has no price here"), unpriced.body());
            HttpResponse<String> large = chat(gateway.endpoint(), "\"model\":\"m\",\"max_tokens\":2000");
            assertEquals(429, large.statusCode(), large.body());
            assertTrue(message(large).contains("the 1000 tokens left are less than the"), large.body());
            assertEquals(0, upstream.bodies().size());
            assertEquals(200, chat(gateway.endpoint(), SMALL).statusCode());
            Eventually.await("both to count", () -> standing(gateway).findValues("spent").stream()
                    .mapToDouble(JsonNode::asDouble)
                    .boxed()
                    .collect(java.util.stream.Collectors.toSet())
                    .equals(java.util.Set.of(8.0, 0.000035)));
            assertTrue(get(gateway, "/admin/budgets?limit=0").statusCode() == 400);
        }
    }

    @Test
    void aSoftBudgetRefusesNobodyAndTells() throws Exception {
        failing.set(1);
        try (GatewayProcess gateway = start(
                "data", "", "[{id: acme, budgets: [{tokens: 16, hard: false, period: total, alert-at: [0.5, 1]}]}]")) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200, chat(gateway.endpoint(), "\"model\":\"unpriced\"").statusCode());
            }
            Eventually.await("both alerts", () -> alerts.size() == 2);
            Eventually.await(
                    "all of it", () -> standing(gateway).path(0).path("spent").asInt() == 24);
            assertEquals(0, standing(gateway).path(0).path("held").asInt());
            assertEquals("total", standing(gateway).path(0).path("period").asText());
        }
    }

    /** With 200 requests at once, and again after a restart. */
    @Test
    void severalGatewaysShareABudgetAndNeverOverrunIt() throws Exception {
        String store = ", url: \"" + PostgresServer.database() + "\", user: " + PostgresServer.USER;
        String budgets = "[{id: acme, budgets: [{usd: 0.02, period: monthly, alert-at: []}]}]";
        AtomicInteger answered = new AtomicInteger();
        try (GatewayProcess first = start("one", store, budgets);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (GatewayProcess second = start("two", store, budgets)) {
                List<URI> endpoints = List.of(first.endpoint(), second.endpoint());
                List<Callable<Integer>> clients = new ArrayList<>();
                for (int c = 0; c < 200; c++) {
                    URI endpoint = endpoints.get(c % 2);
                    clients.add(() -> {
                        int status = 200;
                        for (int i = 0; i < 2; i++) {
                            status = chat(endpoint, SMALL).statusCode();
                            answered.addAndGet(status == 200 ? 1 : 0);
                        }
                        return status;
                    });
                }
                for (Future<Integer> done : executor.invokeAll(clients)) {
                    assertTrue(List.of(200, 429).contains(done.get()), "status " + done.get());
                }
            }
            // The second has ended, and has left nothing behind: the first can have what is left.
            int refused = 0;
            while (refused < 5) {
                if (chat(first.endpoint(), SMALL).statusCode() == 200) {
                    answered.incrementAndGet();
                    refused = 0;
                } else {
                    refused++;
                }
            }
            long spent = answered.get() * COST_NANOS;
            assertTrue(spent <= 20_000_000 && spent > 20_000_000 - 4 * COST_NANOS, "spent " + spent);
            Eventually.await(
                    "all of it to be settled",
                    () -> standing(first)
                                    .path(0)
                                    .path("spent")
                                    .decimalValue()
                                    .movePointRight(9)
                                    .longValue()
                            == spent);
            JsonNode usage = MAPPER.readTree(get(first, "/admin/usage").body()).at("/usage/0");
            assertEquals(
                    spent,
                    usage.path("cost_usd").decimalValue().movePointRight(9).longValue());
            assertEquals(answered.get(), usage.path("requests").asInt());
        }
    }
}
