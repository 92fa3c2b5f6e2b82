package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that judges requests by their likeness to examples alone, with the real model. */
@Timeout(120)
final class GatewayExamplesTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path ROOT = Path.of(System.getProperty("penstock.root", "../.."));
    private static final String PLAIN = """
            listener: {port: 0}
            admin: {port: 0}
            process: {event-loops: 2}
            upstreams:
              - id: up
                url: %s
                credential: {type: bearer, secret: env:UPSTREAM_KEY}
                models: [{name: small, upstream-name: inner}, {name: big, upstream-name: inner}]
            health: {probe-interval: 50ms, probe-timeout: 10s}
            models:
              - name: assistant
                auto:
                  floor: 0.8
                  candidates: [{model: small, quality: 0.8, source: test}, {model: big, quality: 0.99, source: test}]
            """;
    private static final String EXAMPLES = """
            difficulty:
              bias: 0
              weights:
                prompt-length: 0
                question-length: 0
                turns: 0
                math: 0
                reasoning-cues: 0
                simple-cues: 0
                examples: 5
              examples:
                hard: [Prove that there are infinitely many primes.]
                easy: [What is the capital of France?]
                model: worker/models/target/models/%s
                deadline: 1s
            """;

    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)));

    private GatewayConfig config(FakeUpstream upstream, String more) {
        return loader.parse("gateway.yaml", PLAIN.formatted(upstream.url()) + more, ROOT, GatewayConfig.class)
                .orThrow();
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static String answeredBy(GatewayProcess process, String question) throws Exception {
        String body = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}";
        String answer = send(HttpRequest.newBuilder(process.endpoint().resolve("/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        return MAPPER.readTree(answer).path("model").asText(answer);
    }

    private static long embedders() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("embedder"))
                .count();
    }

    @Test
    void likenessToExamplesChoosesTheModelUntilAReloadTakesThemAway() throws Exception {
        assertEquals(0, embedders());
        try (FakeUpstream upstream = new FakeUpstream();
                GatewayProcess process =
                        GatewayProcess.start(config(upstream, EXAMPLES.formatted("all-MiniLM-L6-v2")))) {
            Eventually.await(
                    "the upstream to be probed", () -> !process.models().isEmpty());
            assertEquals("big", answeredBy(process, "Prove that there are infinitely many even numbers."));
            assertEquals("small", answeredBy(process, "What is the capital of Spain?"));
            String metrics = send(HttpRequest.newBuilder(process.adminEndpoint().resolve("/metrics")));
            assertTrue(metrics.contains("penstock_embeddings_total{outcome=\"made\"} 4.0"), metrics);
            assertTrue(metrics.contains("penstock_embeddings_total{outcome=\"late\"} 0.0"), metrics);

            GatewayConfig now = config(upstream, EXAMPLES.formatted("all-MiniLM-L6-v2"));
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> process.prepare(now, config(upstream, EXAMPLES.formatted("none"))));
            assertTrue(String.valueOf(refused.getMessage()).contains("embedding model"), refused.getMessage());
            assertEquals(1, embedders());
            assertEquals("big", answeredBy(process, "Prove that there are infinitely many odd numbers."));

            process.prepare(now, config(upstream, "")).run();
            assertEquals(0, embedders());
            // By the default bias alone it is easy.
            assertEquals("small", answeredBy(process, "tell me more about it"));
        }
    }
}
