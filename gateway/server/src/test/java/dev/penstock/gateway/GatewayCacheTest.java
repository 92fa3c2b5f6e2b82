package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers from memory of a whole gateway: whose they are, what they cost, and how they are taken out. */
class GatewayCacheTest {
    private static final String BODY =
            "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String PRICED = """
            store: {directory: %s}
            cache: {}
            prices:
              - {model: m, from: 2026-01-01, price: {input-per-million: 1, output-per-million: 2}}
            """;

    @TempDir
    Path directory;

    private static HttpResponse<String> ask(GatewayRig rig, GatewayProcess gateway, String key) throws Exception {
        return rig.ask(gateway, key, "/v1/chat/completions", BODY);
    }

    private static String cached(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-penstock-cache").orElse("none");
    }

    @Test
    void nobodyIsAnsweredByWhatAnotherTenantWasAnswered() throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess gateway = rig.start(
                    PRICED.formatted(directory.resolve("store")) + "auth: {mode: keys, pepper: env:PEPPER}\n");
            rig.admin(gateway, "POST", "/admin/tenants", "{\"id\":\"a\"}");
            rig.admin(gateway, "POST", "/admin/tenants", "{\"id\":\"b\"}");
            String a = rig.newKey(gateway, "{\"id\":\"a1\",\"tenant\":\"a\",\"models\":[\"*\"]}");
            String a2 = rig.newKey(gateway, "{\"id\":\"a2\",\"tenant\":\"a\",\"models\":[\"*\"]}");
            String limited = rig.newKey(gateway, "{\"id\":\"a3\",\"tenant\":\"a\",\"models\":[\"n\"]}");
            String b = rig.newKey(gateway, "{\"id\":\"b1\",\"tenant\":\"b\",\"models\":[\"*\"]}");
            Eventually.await("keys", () -> ok(rig, gateway, a));
            Eventually.await("kept", () -> cached(ask(rig, gateway, a)).equals("exact"));
            assertEquals("exact", cached(ask(rig, gateway, a2)));
            assertEquals("miss", cached(ask(rig, gateway, b)));
            assertEquals(404, ask(rig, gateway, limited).statusCode());
        }
    }

    private static boolean ok(GatewayRig rig, GatewayProcess gateway, String key) throws Exception {
        return ask(rig, gateway, key).statusCode() == 200;
    }

    @Test
    void anAnswerFromMemoryCostsNothingAndTheLedgerTellsWhatItSaved() throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess gateway = rig.start(PRICED.formatted(directory.resolve("store")));
            HttpResponse<String> first = ask(rig, gateway, "");
            assertEquals("miss", cached(first));
            Eventually.await("kept", () -> entries(rig, gateway) == 1);
            HttpResponse<String> again = ask(rig, gateway, "");
            assertEquals("exact", cached(again));
            // 5 tokens at 1 and 3 at 2 dollars a million.
            assertEquals(
                    "0.000011",
                    first.headers().firstValue("x-penstock-cost-usd").orElse(""));
            assertEquals("0", again.headers().firstValue("x-penstock-cost-usd").orElse(""));
            assertEquals(
                    "0.000011",
                    again.headers().firstValue("x-penstock-saved-usd").orElse(""));
            Eventually.await(
                    "the ledger", () -> usage(rig, gateway).path("requests").asInt() == 2);
            JsonNode line = usage(rig, gateway);
            assertEquals(
                    0,
                    new BigDecimal("0.000011").compareTo(line.path("cost_usd").decimalValue()),
                    line::toString);
            assertEquals(
                    0,
                    new BigDecimal("0.000011").compareTo(line.path("saved_usd").decimalValue()),
                    line::toString);
            assertEquals(
                    8,
                    line.path("prompt_tokens").asInt()
                            + line.path("completion_tokens").asInt(),
                    line::toString);
            JsonNode report = report(rig, gateway).path("lines").path(0);
            assertEquals(1, report.path("exact").asInt());
            assertEquals(1, report.path("missed").asInt());
            assertEquals(8, report.path("saved_tokens").asInt());
            String metrics = rig.admin(gateway, "GET", "/metrics", "").body();
            assertTrue(metrics.contains("penstock_cache_requests_total{reason=\"\",result=\"exact\"} 1.0"), metrics);
        }
    }

    private static JsonNode usage(GatewayRig rig, GatewayProcess gateway) throws Exception {
        return rig.told(rig.admin(gateway, "GET", "/admin/usage", ""))
                .path("usage")
                .path(0);
    }

    private static JsonNode report(GatewayRig rig, GatewayProcess gateway) throws Exception {
        return rig.told(rig.admin(gateway, "GET", "/admin/cache", ""));
    }

    private static int entries(GatewayRig rig, GatewayProcess gateway) throws Exception {
        return report(rig, gateway).path("entries").asInt();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"tenant":"default"}             | 200 | 1
                    {"model":"m"}                    | 200 | 1
                    {"key":"anonymous","model":"m"}  | 200 | 1
                    {"all":true}                     | 200 | 1
                    {"tenant":"another"}             | 200 | 0
                    {"model":"n"}                    | 200 | 0
                    {}                               | 400 | 0
                    {"all":true,"model":"m"}         | 400 | 0
                    {"modle":"m"}                    | 400 | 0
                    {"model":3}                      | 400 | 0
                    [                                | 400 | 0
                    """)
    void answersAreTakenOut(String body, int status, int purged) throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess gateway = rig.start("cache: {}\n");
            ask(rig, gateway, "");
            Eventually.await("kept", () -> entries(rig, gateway) == 1);
            HttpResponse<String> answer = rig.admin(gateway, "POST", "/admin/cache/purge", body);
            assertEquals(status, answer.statusCode(), answer.body());
            assertEquals(purged, rig.told(answer).path("purged").asInt());
            assertEquals(1 - purged, entries(rig, gateway));
            assertEquals(purged == 1 ? "miss" : "exact", cached(ask(rig, gateway, "")));
        }
    }

    @Test
    void questionsAreEmbeddedElsewhereButNotPrivateOnes() throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess gateway = rig.start("""
                    cache:
                      semantic:
                        deadline: 1s
                        embedder: {url: %s, name: vectors, key: env:UPSTREAM_KEY}
                    """.formatted(rig.upstream.url()));
            String question =
                    "{\"model\":\"m\",\"temperature\":0.1,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
            String path = "/v1/chat/completions";
            rig.ask(gateway, "", path, question.formatted("What is the capital of France?"));
            Eventually.await("kept", () -> entries(rig, gateway) == 1);
            Eventually.await("found again", () -> {
                rig.ask(gateway, "", path, question.formatted("what is the capital of France"));
                return report(rig, gateway)
                                .path("lines")
                                .path(0)
                                .path("by_meaning")
                                .path("checked")
                                .asInt()
                        > 0;
            });
            assertTrue(rig.upstream.bodies().stream().anyMatch(body -> body.contains("\"input\"")));
            rig.send(HttpRequest.newBuilder(URI.create(gateway.endpoint() + path))
                    .headers("content-type", "application/json", "x-penstock-data-class", "private")
                    .POST(HttpRequest.BodyPublishers.ofString(question.formatted("What is my secret?"))));
            assertTrue(rig.upstream.bodies().stream()
                    .noneMatch(body -> body.contains("secret") && body.contains("\"input\"")));
        }
    }

    @Test
    void aBrowserPurgesNothingAndWithoutAMemoryThereIsNothing() throws Exception {
        try (GatewayRig rig = new GatewayRig(directory)) {
            GatewayProcess gateway = rig.start("cache: {}\n");
            String all = "{\"all\":true}";
            assertEquals(
                    403,
                    rig.admin(gateway, "POST", "/admin/cache/purge", all, "origin", "http://evil.example")
                            .statusCode());
            assertEquals(
                    415,
                    rig.admin(gateway, "POST", "/admin/cache/purge", all, "content-type", "text/plain")
                            .statusCode());
            GatewayProcess without = rig.start("");
            assertEquals("none", cached(ask(rig, without, "")));
            assertEquals(404, rig.admin(without, "GET", "/admin/cache", "").statusCode());
            assertEquals(
                    404, rig.admin(without, "POST", "/admin/cache/purge", all).statusCode());
        }
    }
}
