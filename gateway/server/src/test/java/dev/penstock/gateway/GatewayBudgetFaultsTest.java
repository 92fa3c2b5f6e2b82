package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A budget of two gateways, of which one is killed and one is cut off from the store, with 200 requests at once. */
@Timeout(240)
final class GatewayBudgetFaultsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of each answer: 5 tokens in at a dollar a million, 3 out at ten. */
    private static final long COST_NANOS = 35_000;

    private static final long LIMIT_NANOS = 50_000_000;
    private static final int AT_ONCE = 200;
    private static final int EACH = 6;

    @TempDir
    private Path directory;

    private final NewKey key = NewKey.generate("k", Optional.empty(), new SecureRandom());
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();

    private Path file(String name, String store, FakeUpstream upstream) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                log: {requests: false}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                store: {directory: %s, url: "%s", user: %s, timeout: 1s}
                auth:
                  mode: keys
                  keys:
                    - {id: k, hash: "%s", tenant: acme, models: ["*"]}
                  tenants: [{id: acme, budgets: [{usd: 0.05, period: total}]}]
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m, price: {input-per-million: 1, output-per-million: 10}}]
                """.formatted(
                        directory.resolve(name), store, PostgresServer.USER, key.hash(), upstream.url()));
    }

    private int chat(HttpClient client, URI endpoint) throws Exception {
        String body =
                "{\"model\":\"m\",\"max_tokens\":4,\"messages\":[{\"role\":\"user\",\"content\":\"canary-prompt\"}]}";
        try {
            int status = client.send(
                            HttpRequest.newBuilder(URI.create(endpoint + "/v1/chat/completions"))
                                    .timeout(PATIENCE)
                                    .header("content-type", "application/json")
                                    .header("authorization", "Bearer " + key.key())
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            (switch (status) {
                        case 200 -> answered;
                        case 429 -> refused;
                        case 503 -> unknown;
                        default -> throw new AssertionError("status " + status);
                    })
                    .incrementAndGet();
            return status;
        } catch (IOException killed) {
            broken.incrementAndGet();
            return 0;
        }
    }

    private static JsonNode standing(HttpClient client, GatewayProcess gateway) throws Exception {
        HttpResponse<String> told = client.send(
                HttpRequest.newBuilder(gateway.adminEndpoint().resolve("/admin/budgets"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return MAPPER.readTree(told.body()).at("/budgets/0");
    }

    private static long nanos(JsonNode dollars) {
        return dollars.decimalValue().movePointRight(9).longValue();
    }

    @Test
    void isNotOverrunAndIsUsedUp() throws Exception {
        URI database = URI.create(PostgresServer.database().substring("jdbc:".length()));
        String direct = "jdbc:" + database;
        try (FakeUpstream upstream = new FakeUpstream();
                CutProxy way = new CutProxy(database.getPort());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PATIENCE)
                        .build()) {
            String cuttable = "jdbc:postgresql://127.0.0.1:" + way.port() + database.getPath();
            Path firstFile = file("first", cuttable, upstream);
            Path secondFile = file("second", direct, upstream);
            try (GatewayProcess first =
                    GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)))
                            .load(firstFile, GatewayConfig.class)
                            .orThrow())) {
                try (BudgetedGateway second = BudgetedGateway.start(secondFile)) {
                    ready(client, first.endpoint());
                    ready(client, second.endpoint());
                    load(client, first, second, way);
                }
                long seen = upstream.bodies().size() * COST_NANOS;
                JsonNode before = standing(client, first);
                assertTrue(nanos(before.path("spent")) <= LIMIT_NANOS, before.toString());
                assertTrue(answered.get() > 100 && broken.get() > 0, tallies());

                // It begins again, and gives back what it held when it was killed: that can be spent, too.
                try (BudgetedGateway again = BudgetedGateway.start(secondFile)) {
                    ready(client, again.endpoint());
                    for (int row = 0; row < 8; ) {
                        row = chat(client, first.endpoint()) == 200 || chat(client, again.endpoint()) == 200
                                ? 0
                                : row + 1;
                    }
                    Eventually.await(
                            "all of it to be used",
                            () -> nanos(standing(client, first).path("spent"))
                                    >= Math.max(LIMIT_NANOS - 4 * COST_NANOS, answered.get() * COST_NANOS));
                    JsonNode after = standing(client, first);
                    long spent = nanos(after.path("spent"));
                    assertTrue(spent <= LIMIT_NANOS, after + " " + tallies());
                    // Whoever was answered is in it; and nothing that was not run.
                    assertTrue(spent >= answered.get() * COST_NANOS, spent + " " + tallies());
                    assertTrue(spent <= upstream.bodies().size() * COST_NANOS, spent + " after " + seen);
                    HttpResponse<String> usage = client.send(
                            HttpRequest.newBuilder(first.adminEndpoint().resolve("/admin/usage"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    assertEquals(spent, nanos(MAPPER.readTree(usage.body()).at("/usage/0/cost_usd")), usage.body());
                }
            }
        }
    }

    private void ready(HttpClient client, URI endpoint) throws Exception {
        Eventually.await("a gateway that spends", () -> chat(client, endpoint) == 200);
    }

    private void load(HttpClient client, GatewayProcess first, BudgetedGateway second, CutProxy way) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> clients = new ArrayList<>();
            for (int c = 0; c < AT_ONCE; c++) {
                URI endpoint = c % 2 == 0 ? first.endpoint() : second.endpoint();
                clients.add(() -> {
                    int status = 0;
                    for (int i = 0; i < EACH; i++) {
                        status = chat(client, endpoint);
                    }
                    return status;
                });
            }
            Future<?> faults = executor.submit(() -> {
                Eventually.await("some answers", () -> answered.get() > 100);
                second.kill();
                way.cut();
                Eventually.await("some more", () -> answered.get() + refused.get() + unknown.get() > 300);
                way.mend();
                return true;
            });
            for (Future<Integer> done : executor.invokeAll(clients)) {
                done.get();
            }
            faults.get();
        }
    }

    private String tallies() {
        return answered + " answered, " + refused + " refused, " + unknown + " told to come again, " + broken
                + " broken off";
    }
}
