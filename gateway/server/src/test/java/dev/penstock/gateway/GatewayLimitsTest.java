package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit is one limit, however many gateways there are. */
@Timeout(120)
final class GatewayLimitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CHAT = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @TempDir
    private Path directory;

    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(
            Map.of("UPSTREAM_KEY", FakeUpstream.KEY, "CLUSTER", "a secret of more than 32 characters, for this test")));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final NewKey key = NewKey.generate("team", Optional.empty(), new SecureRandom());
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
    }

    @AfterEach
    void end() {
        gateways.reversed().forEach(GatewayProcess::close);
        client.close();
        upstream.close();
    }

    private void start(String rate) throws Exception {
        List<String> members = gateways.stream()
                .map(each ->
                        "\"127.0.0.1:" + each.clusterAddress().orElseThrow().getPort() + "\"")
                .toList();
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                cluster: {secret: env:CLUSTER, host: 127.0.0.1, port: 0, members: %s}
                auth: {mode: keys, keys: [{id: team, hash: "%s", models: ['*'], limits: [%s]}]}
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m}]
                """.formatted(members, key.hash(), rate, upstream.url());
        gateways.add(GatewayProcess.start(loader.parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow()));
    }

    private String pool(GatewayProcess gateway) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(gateway.adminEndpoint().resolve("/pool"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> chat(GatewayProcess gateway) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key.key())
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Of three gateways that are all asked for more than the limit, all together admit just the limit. */
    @ParameterizedTest
    @CsvSource({"exact, 1, 1, 1", "leased, 1, 1, 1", "leased, 1, 0, 0"})
    void allTogetherAdmitTheLimit(String mode, int first, int second, int third) throws Exception {
        int limit = 60;
        for (int i = 0; i < 3; i++) {
            start("{requests: " + limit + ", per: 31d, mode: " + mode + "}");
        }
        for (GatewayProcess gateway : gateways) {
            Eventually.await(
                    "a pool of three",
                    () -> pool(gateway).contains("\"members\" : 3")
                            && pool(gateway).contains("\"available\""));
        }
        int[] asked = {first * 2 * limit, second * 2 * limit, third * 2 * limit};
        int admitted = 0;
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            GatewayProcess gateway = gateways.get(i);
            for (int k = 0; k < asked[i]; k++) {
                calls.add(() -> chat(gateway).statusCode());
            }
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(9)) {
            for (Future<Integer> call : executor.invokeAll(calls)) {
                int status = call.get();
                assertTrue(status == 200 || status == 429, "status " + status);
                admitted += status == 200 ? 1 : 0;
            }
        }
        assertEquals(limit, admitted);
        HttpResponse<String> refused = chat(gateways.getFirst());
        assertEquals(429, refused.statusCode());
        assertEquals(
                "0",
                refused.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
    }
}
