package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.admin.Readiness;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as a whole: a configuration file in, real sockets, an upstream in OpenAI's shape behind it. */
final class GatewayProcessTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"canary-prompt\"}]}";
    private static final String STREAM = CHAT.replace("{\"model\"", "{\"stream\":true,\"model\"");

    @TempDir
    private Path directory;

    private final NewKey first = NewKey.generate("first", Optional.empty(), new SecureRandom());
    private final NewKey second = NewKey.generate("second", Optional.empty(), new SecureRandom());
    private final NewKey limited = NewKey.generate("limited", Optional.empty(), new SecureRandom());
    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final List<AutoCloseable> open = new ArrayList<>();
    private FakeUpstream upstream;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = new FakeUpstream();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        client.close();
        upstream.close();
    }

    private String yaml(NewKey... keys) {
        StringBuilder yaml = new StringBuilder("""
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                clocks: {drain: 15s}
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models:
                      - {name: m, upstream-name: inner}
                      - {name: org/vectors, upstream-name: vectors, capabilities: [embedding]}
                """.formatted(upstream.url()));
        if (keys.length > 0) {
            yaml.append("auth:\n  mode: keys\n  keys:\n");
            for (NewKey key : keys) {
                String narrowed = key.yaml().replace("['*']", "[m]") + "  limits: [{requests: 2, per: 1h}]\n";
                yaml.append((key.equals(limited) ? narrowed : key.yaml()).indent(4));
            }
        }
        return yaml.toString();
    }

    private GatewayProcess start(String yaml) throws Exception {
        GatewayProcess process = GatewayProcess.start(loader.parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        open.add(process);
        Eventually.await(
                "the upstream to be probed",
                () -> get(process.adminEndpoint(), "/pool").body().contains("\"available\""));
        return process;
    }

    private HttpResponse<String> get(URI origin, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(origin.resolve(path)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest post(URI origin, String path, String body, Optional<NewKey> key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(origin.resolve(path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown.key()));
        return request.build();
    }

    private static List<String> ids(JsonNode models) {
        return models.path("data").findValuesAsText("id");
    }

    private HttpResponse<String> chat(GatewayProcess process, String body, NewKey... key) throws Exception {
        return client.send(
                post(
                        process.endpoint(),
                        "/v1/chat/completions",
                        body,
                        Stream.of(key).findFirst()),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void virtualModelsAreListedAndAnsweredByWhatTheyStandFor() throws Exception {
        GatewayProcess process = start(yaml() + """
                models:
                  - {name: assistant, alias: m}
                prices:
                  - {model: m, from: "2026-01-01", price: {input-per-million: 1000, output-per-million: 2000}}
                """);
        assertEquals(
                List.of("assistant", "m", "org/vectors"),
                ids(MAPPER.readTree(get(process.endpoint(), "/v1/models").body())));
        HttpResponse<String> answer = chat(process, CHAT.replace("\"m\"", "\"assistant\""));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("m", MAPPER.readTree(answer.body()).path("model").asText());
        assertTrue(upstream.bodies().getFirst().contains("\"inner\""), "the upstream is asked for its own name");
        JsonNode usage = MAPPER.readTree(answer.body()).path("usage");
        double dollars = (usage.path("prompt_tokens").asLong() * 1000
                        + usage.path("completion_tokens").asLong() * 2000)
                / 1e6;
        Eventually.await("its cost to be counted", () -> {
            Optional<String> line = get(process.adminEndpoint(), "/metrics")
                    .body()
                    .lines()
                    .filter(each -> each.startsWith("penstock_cost_usd_total{model=\"m\"}"))
                    .findFirst();
            return line.isPresent()
                    && Math.abs(Double.parseDouble(line.get().replaceFirst(".* ", "")) - dollars) < 1e-9;
        });
    }

    @Test
    void anOpenGatewayAnswersEverythingItServes() throws Exception {
        GatewayProcess process = start(yaml());
        HttpResponse<String> answer = chat(process, CHAT);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode json = MAPPER.readTree(answer.body());
        assertEquals("one two three", json.at("/choices/0/message/content").asText());
        assertEquals("m", json.path("model").asText());
        assertTrue(upstream.bodies().getFirst().contains("\"inner\""), "the upstream is asked for its own name");

        HttpResponse<String> stream = chat(process, STREAM);
        assertEquals(
                "text/event-stream",
                stream.headers().firstValue("content-type").orElse("").split(";", 2)[0]);
        assertTrue(stream.body().contains("\"content\":\"two three\""), stream.body());
        assertTrue(stream.body().endsWith("data: [DONE]\n\n"), stream.body());
        assertFalse(stream.body().contains("usage\":{"), "nobody asked for the usage chunk");

        HttpResponse<String> embedding = client.send(
                post(
                        process.endpoint(),
                        "/v1/embeddings",
                        "{\"model\":\"org/vectors\",\"input\":\"x\"}",
                        Optional.empty()),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, embedding.statusCode(), embedding.body());
        assertEquals(
                0.25,
                MAPPER.readTree(embedding.body()).at("/data/0/embedding/1").asDouble());

        JsonNode models = MAPPER.readTree(get(process.endpoint(), "/v1/models").body());
        assertEquals(List.of("m", "org/vectors"), ids(models));
        assertEquals(200, get(process.endpoint(), "/v1/models/org%2Fvectors").statusCode());
        assertEquals(200, get(process.endpoint(), "/v1/models/org/vectors").statusCode());

        HttpResponse<String> unknown = chat(process, CHAT.replace("\"m\"", "\"n\""));
        assertEquals(404, unknown.statusCode());
        assertEquals(
                "model_not_found",
                MAPPER.readTree(unknown.body()).at("/error/code").asText());
    }

    @Test
    void keysAreAskedForLimitedAndKeptToTheirModels() throws Exception {
        GatewayProcess process = start(yaml(first, limited));
        assertEquals(401, chat(process, CHAT).statusCode());
        assertEquals(401, chat(process, CHAT, second).statusCode());
        assertEquals(
                "invalid_api_key",
                MAPPER.readTree(chat(process, CHAT, second).body())
                        .at("/error/code")
                        .asText());
        assertEquals(200, chat(process, CHAT, first).statusCode());

        HttpResponse<String> one = chat(process, CHAT, limited);
        assertEquals(200, one.statusCode(), one.body());
        assertEquals("2", one.headers().firstValue("x-ratelimit-limit-requests").orElse(""));
        assertEquals(
                "1", one.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
        HttpResponse<String> forbidden = client.send(
                post(
                        process.endpoint(),
                        "/v1/embeddings",
                        "{\"model\":\"org/vectors\",\"input\":\"x\"}",
                        Optional.of(limited)),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(404, forbidden.statusCode(), forbidden.body());
        HttpResponse<String> over = chat(process, CHAT, limited);
        assertEquals(429, over.statusCode(), over.body());
        assertEquals(
                "rate_limit_exceeded",
                MAPPER.readTree(over.body()).at("/error/code").asText());
        assertTrue(over.headers().firstValue("retry-after").isPresent(), () -> over.headers()
                .toString());
        assertTrue(over.headers().firstValue("retry-after-ms").isPresent(), () -> over.headers()
                .toString());

        String bearer = "Bearer " + limited.key();
        JsonNode models = MAPPER.readTree(
                get(process.endpoint(), "/v1/models", "Authorization", bearer).body());
        assertEquals(List.of("m"), ids(models));
        assertEquals(
                404,
                get(process.endpoint(), "/v1/models/org/vectors", "Authorization", bearer)
                        .statusCode());
    }

    @Test
    void theAdminListenerTellsAndThePublicOneDoesNot() throws Exception {
        GatewayProcess process = start(yaml(first));
        assertEquals(200, chat(process, STREAM, first).statusCode());
        assertEquals(
                "{\"status\":\"live\"}\n",
                get(process.adminEndpoint(), "/health/live").body());
        assertEquals(
                "{\"status\":\"ready\"}\n",
                get(process.adminEndpoint(), "/health/ready").body());
        assertEquals(404, get(process.adminEndpoint(), "/v1/models").statusCode());
        JsonNode worker =
                MAPPER.readTree(get(process.adminEndpoint(), "/pool").body()).at("/workers/0");
        assertEquals("up", worker.path("id").asText());
        assertEquals("available", worker.path("state").asText());
        assertEquals("upstream", worker.path("source").asText());

        Eventually.await(
                "the request's meters",
                () -> get(process.adminEndpoint(), "/metrics").body().contains("gen_ai_client_token_usage_sum"));
        String metrics = get(process.adminEndpoint(), "/metrics").body();
        assertTrue(metrics.lines().anyMatch("penstock_workers{state=\"available\"} 1.0"::equals), metrics);
        assertTrue(metrics.contains("gen_ai_request_model=\"m\""), metrics);
        assertTrue(metrics.contains("penstock_requests_total{result=\"ok\",status=\"200\"} 1.0"), metrics);
        for (String secret : List.of(first.key(), FakeUpstream.KEY, "canary-prompt")) {
            assertFalse(metrics.contains(secret));
            assertFalse(get(process.adminEndpoint(), "/pool").body().contains(secret));
        }

        for (String path : List.of("/health", "/health/live", "/health/ready", "/metrics", "/pool", "/")) {
            assertEquals(
                    404,
                    get(process.endpoint(), path, "Authorization", "Bearer " + first.key())
                            .statusCode(),
                    path);
        }
    }

    @Test
    void aReloadUnderLoadFailsNobody() throws Exception {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, yaml(first));
        ConfigResult<GatewayConfig> loaded = loader.load(file, GatewayConfig.class);
        if (!(loaded instanceof ConfigResult.Loaded<GatewayConfig> valid)) {
            throw new AssertionError(loaded);
        }
        GatewayProcess process = start(yaml(first));
        ConfigWatch<GatewayConfig> watch = new ConfigWatch<>(loader, GatewayConfig.class, file, valid);
        watch.onChange(process::prepare);
        assertEquals(401, chat(process, CHAT, second).statusCode());

        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        List<CompletableFuture<Void>> load = Stream.generate(() -> CompletableFuture.runAsync(() -> {
                    while (!done.get()) {
                        try {
                            HttpResponse<String> answer = chat(process, asked.get() % 2 == 0 ? CHAT : STREAM, first);
                            assertEquals(200, answer.statusCode(), answer.body());
                            assertTrue(answer.body().contains("three"), answer.body());
                            asked.incrementAndGet();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }))
                .limit(4)
                .toList();
        for (int i = 0; i < 20; i++) {
            int before = asked.get();
            // The connect clock too, so that connections are made anew under way.
            Files.writeString(
                    file, yaml(first, second).replace("drain: 15s", "drain: 15s, connect: " + (20 + i % 2) + "s"));
            assertTrue(watch.reload().swapped());
            Eventually.await(
                    "requests after the reload",
                    () -> asked.get() >= before + 8
                            || load.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        }
        done.set(true);
        CompletableFuture.allOf(load.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        assertEquals(200, chat(process, CHAT, second).statusCode());
        process.close();
    }

    @Test
    void aBadReloadChangesNothing() throws Exception {
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, yaml(first));
        ConfigResult<GatewayConfig> loaded = loader.load(file, GatewayConfig.class);
        if (!(loaded instanceof ConfigResult.Loaded<GatewayConfig> valid)) {
            throw new AssertionError(loaded);
        }
        GatewayProcess process = start(yaml(first));
        ConfigWatch<GatewayConfig> watch = new ConfigWatch<>(loader, GatewayConfig.class, file, valid);
        watch.onChange(process::prepare);

        Files.writeString(file, yaml(second) + "nonsense: 1\n");
        assertFalse(watch.reload().swapped());
        // Cut off as it is written, the file is a valid one that asks for no key.
        Files.writeString(file, yaml());
        assertEquals(
                List.of("auth.mode: changed (expected: the same as before, or a restart)"),
                watch.reload().faults());
        Files.writeString(
                file,
                yaml(second)
                        .replace("listener: {port: 0}", "listener: {port: 1, max-body: 1MiB}")
                        .replace("event-loops: 2", "event-loops: 3"));
        ConfigWatch.Reload refused = watch.reload();
        assertFalse(refused.swapped());
        assertEquals(
                List.of(
                        "listener.port, listener.max-body, process.event-loops: changed (expected: the same as before, or a"
                                + " restart)"),
                refused.faults());
        Files.writeString(file, yaml(second).replace("health: {", "cluster: {}\nhealth: {"));
        assertEquals(
                List.of("cluster: changed (expected: the same as before, or a restart)"),
                watch.reload().faults());
        Files.writeString(
                file, yaml(second).replace("capabilities: [embedding]}", "capabilities: [embedding]}\n    url2: x"));
        assertFalse(watch.reload().swapped());
        assertEquals(200, chat(process, CHAT, first).statusCode());
        assertEquals(401, chat(process, CHAT, second).statusCode());

        Files.writeString(file, yaml(second));
        assertTrue(watch.reload().swapped());
        assertEquals(401, chat(process, CHAT, first).statusCode(), "a key that was taken out is refused");
        Files.writeString(file, yaml(second).replace("probe-timeout: 10s", "probe-timeout: 9s, failures-in-row: 7"));
        assertTrue(watch.reload().swapped(), "how workers are judged needs no restart");
    }

    @Test
    void stoppingEndsWhatRunsAndRefusesWhatComes() throws Exception {
        GatewayProcess process = start(yaml());
        CountDownLatch gate = upstream.holdStreams();
        HttpResponse<Stream<String>> running = client.send(
                post(process.endpoint(), "/v1/chat/completions", STREAM, Optional.empty()),
                HttpResponse.BodyHandlers.ofLines());
        Iterator<String> lines = running.body().iterator();
        while (!lines.next().contains("one ")) {
            // until the first word is there
        }
        CompletableFuture<Void> stop = CompletableFuture.runAsync(process::close);
        Eventually.await(
                "readiness to say no",
                () -> get(process.adminEndpoint(), "/health/ready").statusCode() == 503);
        assertEquals(200, get(process.adminEndpoint(), "/health/live").statusCode());
        assertEquals(Readiness.DRAINING, process.readiness());
        Eventually.await("new connections to be refused", () -> refused(process));
        assertFalse(stop.isDone());
        gate.countDown();
        List<String> rest = new ArrayList<>();
        lines.forEachRemaining(rest::add);
        assertTrue(rest.contains("data: [DONE]"), rest.toString());
        stop.get(20, TimeUnit.SECONDS);
        assertThrows(IOException.class, () -> get(process.adminEndpoint(), "/health/live"));
    }

    @Test
    void whoeverBalancesLoadHearsOfTheEndBeforeAnybodyIsRefused() throws Exception {
        GatewayProcess process = start(yaml().replace("{drain: 15s}", "{drain: 15s, drain-notice: 5s}"));
        assertEquals(200, get(process.adminEndpoint(), "/health/ready").statusCode());
        assertEquals(Optional.empty(), chat(process, CHAT).headers().firstValue("connection"));
        long began = System.nanoTime();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(process::close);
        Eventually.await(
                "readiness to say no",
                () -> get(process.adminEndpoint(), "/health/ready").statusCode() == 503);
        try (HttpClient fresh = HttpClient.newHttpClient()) {
            HttpResponse<String> late = fresh.send(
                    post(process.endpoint(), "/v1/chat/completions", CHAT, Optional.empty()),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, late.statusCode(), late.body());
            assertEquals(Optional.of("close"), late.headers().firstValue("connection"), "it is the connection's last");
        }
        stop.get(20, TimeUnit.SECONDS);
        assertTrue(System.nanoTime() - began >= TimeUnit.SECONDS.toNanos(5), "the notice was cut short");
        assertTrue(refused(process));
    }

    /** A new client: a kept connection would say nothing of new ones. */
    private static boolean refused(GatewayProcess process) throws InterruptedException {
        try (HttpClient fresh = HttpClient.newHttpClient()) {
            return fresh.send(
                                    post(process.endpoint(), "/v1/chat/completions", CHAT, Optional.empty()),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 503;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void aTakenPortIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String key : List.of("listener", "admin")) {
                String yaml = yaml().replace(key + ": {port: 0}", key + ": {port: " + taken.getLocalPort() + "}");
                GatewayStartException failure = assertThrows(GatewayStartException.class, () -> start(yaml));
                assertEquals(
                        key + ": 127.0.0.1:" + taken.getLocalPort()
                                + ": the port is taken (expected: a free one, or 0 for any)",
                        failure.getMessage());
            }
        }
    }

    @Test
    void aGatewayJoinsItsCluster() throws Exception {
        GatewayProcess process = start(yaml() + "cluster: {port: 0}\n");
        assertTrue(process.clusterAddress().orElseThrow().getPort() > 0);
        JsonNode cluster =
                MAPPER.readTree(get(process.adminEndpoint(), "/pool").body()).path("cluster");
        assertEquals(process.clusterSecret().clusterName(), cluster.path("name").asText());
        assertTrue(cluster.path("connected").asBoolean());
        assertEquals(1, cluster.path("members").asInt());
        assertEquals(200, chat(process, CHAT).statusCode());
    }

    @Test
    void aSecretThatIsNotFitForAHeaderIsRefusedWithItsLine() {
        ConfigLoader broken = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", "canary\nx: y")));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> broken.parse(
                        "gateway.yaml", yaml(), directory, GatewayConfig.class)
                .orThrow());
        assertEquals(
                "gateway.yaml:9:40: upstreams[0].credential.secret: env:UPSTREAM_KEY is not fit for a header (expected:"
                        + " visible ASCII characters)",
                refused.getMessage());
    }

    @Test
    void aGatewayWithoutWorkersIsReadyAndSaysSo() throws Exception {
        GatewayProcess process = GatewayProcess.start(
                loader.parse("gateway.yaml", "{listener: {port: 0}, admin: {port: 0}}", directory, GatewayConfig.class)
                        .orThrow());
        open.add(process);
        assertEquals(200, get(process.adminEndpoint(), "/health/ready").statusCode());
        assertEquals(404, chat(process, CHAT).statusCode());
        assertEquals(Optional.empty(), process.clusterAddress());
    }
}
