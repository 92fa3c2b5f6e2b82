package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL server that is stopped amid the load, and started again: nobody notices, and nothing is lost. */
@Timeout(240)
final class GatewayStoreOutageTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;
    /** In each of: before, while it is away, after. */
    private static final int REQUESTS = 300;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong prompt = new AtomicLong();
    private final AtomicLong completion = new AtomicLong();

    private EmbeddedPostgres postgres(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("postgres"))
                .setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    private GatewayProcess gateway(FakeUpstream upstream, String url) throws Exception {
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                store: {directory: data, url: "%s", user: postgres, timeout: 2s}
                upstreams:
                  - {id: up, url: %s/v1, credential: {type: bearer, secret: env:UPSTREAM_KEY}, models: [{name: m}]}
                """.formatted(url, upstream.url());
        ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
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

    private void ask(GatewayProcess gateway) {
        asked.incrementAndGet();
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                            .timeout(PATIENCE)
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode usage = MAPPER.readTree(answer.body()).path("usage");
            prompt.addAndGet(usage.path("prompt_tokens").asLong());
            completion.addAndGet(usage.path("completion_tokens").asLong());
            if (answer.statusCode() != 200) {
                failed.incrementAndGet();
            }
        } catch (IOException broken) {
            failed.incrementAndGet();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void askedSince(int before, int more) throws Exception {
        Eventually.await(more + " requests", () -> asked.get() >= before + more);
    }

    private long waiting(GatewayProcess gateway) throws Exception {
        String gauge = "penstock_ledger_waiting ";
        return get(gateway, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(gauge))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(gauge.length()))))
                .sum();
    }

    @Test
    void anOutageOfTheStoreIsNobodysBusiness() throws Exception {
        EmbeddedPostgres postgres = postgres(0);
        int port = postgres.getPort();
        AtomicBoolean enough = new AtomicBoolean();
        try (FakeUpstream upstream = new FakeUpstream();
                GatewayProcess gateway = gateway(upstream, "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    while (!enough.get()) {
                        ask(gateway);
                    }
                }));
            }
            try {
                askedSince(0, REQUESTS);
                Eventually.await(
                        "entries in the store",
                        () -> get(gateway, "/admin/usage").statusCode() == 200);
                postgres.close();
                askedSince(asked.get(), REQUESTS);
                assertTrue(waiting(gateway) > 0, "nothing waits while the store is away");
                postgres = postgres(port);
                askedSince(asked.get(), REQUESTS);
            } finally {
                enough.set(true);
            }
            for (Future<?> one : running) {
                one.get();
            }
            assertEquals(0, failed.get());
            Eventually.await("the store to have all", () -> waiting(gateway) == 0);
            Eventually.await("the report", () -> get(gateway, "/admin/usage").statusCode() == 200);
            JsonNode line = MAPPER.readTree(get(gateway, "/admin/usage").body()).at("/usage/0");
            assertEquals(asked.get(), line.path("requests").asInt());
            assertEquals(prompt.get(), line.path("prompt_tokens").asLong());
            assertEquals(completion.get(), line.path("completion_tokens").asLong());
            System.out.println(asked.get() + " requests, 0 failed");
        } finally {
            client.close();
            postgres.close();
        }
    }
}
