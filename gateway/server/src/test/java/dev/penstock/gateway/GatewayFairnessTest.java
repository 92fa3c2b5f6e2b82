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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One worker that takes one request at a time, and tenants that all want it: the order of what reaches it. */
@Timeout(120)
final class GatewayFairnessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NewKey flood = NewKey.generate("flood", Optional.empty(), new SecureRandom());
    private final NewKey calm = NewKey.generate("calm", Optional.empty(), new SecureRandom());
    private final NewKey batch = NewKey.generate("batch", Optional.empty(), new SecureRandom());
    private final NewKey urgent = NewKey.generate("urgent", Optional.empty(), new SecureRandom());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
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

    private GatewayProcess start(int queue) throws Exception {
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                clocks: {queue-wait: 1m}
                limits: {queue-per-model: %d}
                auth:
                  mode: keys
                  keys:
                    - {id: flood, hash: "%s", models: ['*'], tenant: flood}
                    - {id: calm, hash: "%s", models: ['*'], tenant: calm}
                    - {id: batch, hash: "%s", models: ['*'], tenant: calm, criticality: sheddable}
                    - {id: urgent, hash: "%s", models: ['*'], tenant: flood, criticality: critical}
                upstreams:
                  - {id: up, url: %s/v1, capacity: 1, credential: {type: bearer, secret: env:UPSTREAM_KEY}, models: [{name: m}]}
                """.formatted(queue, flood.hash(), calm.hash(), batch.hash(), urgent.hash(), upstream.url());
        ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));
        GatewayProcess gateway =
                GatewayProcess.start(loader.parse("gateway.yaml", yaml, Path.of("."), GatewayConfig.class)
                        .orThrow());
        Eventually.await(
                "the upstream to be probed", () -> admin(gateway, "/pool").contains("\"available\""));
        return gateway;
    }

    private String admin(GatewayProcess gateway, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(gateway.adminEndpoint().resolve(path))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private CompletableFuture<HttpResponse<String>> ask(GatewayProcess gateway, NewKey key, String text) {
        boolean stream = text.equals("first");
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]"
                + (stream ? ",\"stream\":true" : "") + "}";
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                        .timeout(PATIENCE)
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + key.key())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void waiting(GatewayProcess gateway, String criticality, int requests) throws Exception {
        Eventually.await(requests + " to wait", () -> admin(gateway, "/metrics")
                .contains("penstock_queue_waiting{criticality=\"" + criticality + "\"} " + requests + ".0"));
    }

    /** What reached the worker, in its order. */
    private List<String> served() {
        return upstream.bodies().stream()
                .map(body -> body.replaceAll(".*\"content\":\"([a-z]*).*", "$1"))
                .toList();
    }

    @Test
    void aFloodDoesNotStarveAnotherTenant() throws Exception {
        try (GatewayProcess gateway = start(100)) {
            CountDownLatch gate = upstream.holdStreams();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            answers.add(ask(gateway, flood, "first"));
            Eventually.await("the worker to be taken", () -> upstream.bodies().size() == 1);
            for (int i = 0; i < 30; i++) {
                answers.add(ask(gateway, flood, "flood"));
            }
            waiting(gateway, "default", 30);
            for (int i = 0; i < 3; i++) {
                answers.add(ask(gateway, calm, "calm"));
                answers.add(ask(gateway, batch, "batch"));
                answers.add(ask(gateway, urgent, "urgent"));
            }
            waiting(gateway, "default", 33);
            waiting(gateway, "critical", 3);
            waiting(gateway, "sheddable", 3);
            gate.countDown();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertEquals(200, answer.get().statusCode());
            }
            List<String> order = served();
            assertEquals(List.of("first", "urgent", "urgent", "urgent"), order.subList(0, 4));
            // What was urgent has cost its tenant, so the other comes first, and then in turn.
            assertTrue(order.lastIndexOf("calm") <= 10, order.toString());
            assertEquals(List.of("batch", "batch", "batch"), order.subList(order.size() - 3, order.size()));
            assertEquals(40, order.size());
        }
    }

    @Test
    void aFullQueueIsNotTheFirstComersOwn() throws Exception {
        try (GatewayProcess gateway = start(4)) {
            CountDownLatch gate = upstream.holdStreams();
            CompletableFuture<HttpResponse<String>> first = ask(gateway, flood, "first");
            Eventually.await("the worker to be taken", () -> upstream.bodies().size() == 1);
            List<CompletableFuture<HttpResponse<String>>> floods = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                floods.add(ask(gateway, flood, "flood"));
            }
            waiting(gateway, "default", 4);
            CompletableFuture<HttpResponse<String>> one = ask(gateway, calm, "calm");
            HttpResponse<?> shed = (HttpResponse<?>) CompletableFuture.anyOf(floods.toArray(CompletableFuture[]::new))
                    .get();
            assertEquals(503, shed.statusCode());
            assertTrue(shed.headers().firstValue("retry-after").isPresent());
            assertEquals(503, ask(gateway, batch, "batch").get().statusCode(), "of the least critical");
            assertTrue(admin(gateway, "/metrics")
                    .contains("penstock_queue_refused_total{criticality=\"sheddable\",reason=\"full\"} 1.0"));
            gate.countDown();
            assertEquals(200, one.get().statusCode());
            assertEquals(200, first.get().statusCode());
            int served = 0;
            for (CompletableFuture<HttpResponse<String>> answer : floods) {
                served += answer.get().statusCode() == 200 ? 1 : 0;
            }
            assertEquals(3, served);
        }
    }
}
