package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of a gateway by itself, as its clients see them. */
@Timeout(120)
final class GatewayTokenLimitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> FIELDS = List.of("limit", "remaining", "reset");

    @TempDir
    private Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final NewKey key = NewKey.generate("team", Optional.empty(), new SecureRandom());
    private FakeUpstream upstream;
    private GatewayProcess gateway;

    @BeforeEach
    void begin() throws Exception {
        upstream = new FakeUpstream();
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                auth:
                  mode: keys
                  address-limits: [{requests: 2, per: 31d}]
                  limits: [{concurrent-streams: 1}]
                  keys:
                    - id: team
                      hash: "%s"
                      models: ['*']
                      limits: [{requests: 100, per: 31d}, {tokens: 2000, per: 31d}]
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m}]
                """.formatted(key.hash(), upstream.url());
        gateway = GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)))
                .parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        Eventually.await("a worker", () -> admin("/pool").contains("\"available\""));
    }

    @AfterEach
    void end() {
        gateway.close();
        client.close();
        upstream.close();
    }

    private String admin(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(gateway.adminEndpoint().resolve(path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder request(String path, String shown) {
        return HttpRequest.newBuilder(URI.create(gateway.endpoint() + path))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .header("authorization", "Bearer " + shown);
    }

    private HttpResponse<String> chat(String content, String more) throws Exception {
        String body =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]" + more + "}";
        return client.send(
                request("/v1/chat/completions", key.key())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static long remaining(HttpResponse<?> answer, String unit) {
        for (String field : FIELDS) {
            assertTrue(
                    answer.headers()
                            .firstValue("x-ratelimit-" + field + "-" + unit)
                            .isPresent(),
                    answer.statusCode() + " without x-ratelimit-" + field + "-" + unit);
        }
        return answer.headers()
                .firstValueAsLong("x-ratelimit-remaining-" + unit)
                .orElseThrow();
    }

    /** What the answer used, once it is settled. */
    private void awaitRemaining(long tokens) throws Exception {
        Eventually.await(tokens + " tokens left", () -> remaining(models(), "tokens") == tokens);
    }

    private HttpResponse<String> models() throws Exception {
        return client.send(request("/v1/models", key.key()).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyAnswerTellsWhatIsLeftAndTokensAreSettled() throws Exception {
        assertEquals(2000, remaining(models(), "tokens"));
        HttpResponse<String> answer = chat("hi", ",\"max_tokens\":500");
        assertEquals(200, answer.statusCode());
        assertTrue(remaining(answer, "tokens") < 2000 - 500, "prompt and 500 of answer are taken beforehand");
        assertEquals(99, remaining(answer, "requests"));
        awaitRemaining(2000 - FakeUpstream.TOKENS);

        HttpResponse<String> unreadable = client.send(
                request("/v1/chat/completions", key.key())
                        .POST(HttpRequest.BodyPublishers.ofString("{"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(400, unreadable.statusCode());
        assertEquals(99, remaining(unreadable, "requests"), "what cannot be read is not counted");
        HttpResponse<String> unknown = client.send(
                request("/v1/chat/completions", key.key())
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"x\",\"messages\":[]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertTrue(unknown.statusCode() >= 400);
        awaitRemaining(2000 - FakeUpstream.TOKENS);
        String metrics = admin("/metrics");
        assertTrue(
                metrics.contains("penstock_token_reservation_error_count{direction=\"over\",model=\"m\"} 1"), metrics);
    }

    @Test
    void whatIsTooLargeIsRefusedForGood() throws Exception {
        HttpResponse<String> refused = chat("word ".repeat(3_000), "");
        assertEquals(429, refused.statusCode());
        assertTrue(refused.body().contains("\"code\":\"insufficient_quota\""), refused.body());
        assertTrue(refused.body().contains("can never be admitted"), refused.body());
        assertEquals("false", refused.headers().firstValue("x-should-retry").orElse(""));
        assertTrue(refused.headers().firstValue("retry-after").isEmpty());
        assertEquals(2000, remaining(refused, "tokens"));
    }

    @Test
    void whatIsUsedUpIsToldWithTheTime() throws Exception {
        CountDownLatch gate = upstream.holdStreams();
        HttpResponse<InputStream> running = client.send(
                request("/v1/chat/completions", key.key())
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\",\"stream\":true,\"max_tokens\":400,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + "word ".repeat(1_000) + "\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, running.statusCode());
        HttpResponse<String> answer = chat("word ".repeat(300), ",\"max_tokens\":500");
        assertEquals(429, answer.statusCode());
        assertTrue(answer.body().contains("\"code\":\"rate_limit_exceeded\""), answer.body());
        assertTrue(
                answer.body().contains("limit of 2000 tokens per 2678400 s reached for key team: 2000 at a stretch, 1"),
                answer.body());
        assertTrue(answer.body().contains("; there is room in "), answer.body());
        assertEquals("60", answer.headers().firstValue("retry-after").orElse(""));
        assertEquals("60000", answer.headers().firstValue("retry-after-ms").orElse(""));
        gate.countDown();
        assertTrue(new String(running.body().readAllBytes(), StandardCharsets.UTF_8).endsWith("data: [DONE]\n\n"));
        awaitRemaining(2000 - FakeUpstream.TOKENS);
        assertEquals(200, chat("word ".repeat(300), ",\"max_tokens\":500").statusCode());
    }

    @Test
    void aStreamHoldsItsPlaceUntilItsEnd() throws Exception {
        String body = "{\"model\":\"m\",\"stream\":true,\"max_tokens\":100,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        HttpRequest stream = request("/v1/chat/completions", key.key())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        CountDownLatch gate = upstream.holdStreams();
        HttpResponse<InputStream> first = client.send(stream, HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, first.statusCode());
        assertTrue(remaining(first, "tokens") < 2000, "the head of a stream tells too");
        HttpResponse<String> second = client.send(stream, HttpResponse.BodyHandlers.ofString());
        assertEquals(429, second.statusCode());
        assertTrue(second.body().contains("limit of 1 streams at once reached for everybody"), second.body());
        assertEquals("1", second.headers().firstValue("retry-after").orElse(""));
        gate.countDown();
        assertTrue(new String(first.body().readAllBytes(), StandardCharsets.UTF_8).endsWith("data: [DONE]\n\n"));
        awaitRemaining(2000 - FakeUpstream.TOKENS);
        HttpResponse<String> third = client.send(stream, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, third.statusCode());
    }

    @Test
    void whoGuessesKeysIsNotLookedAt() throws Exception {
        for (int status : new int[] {401, 401, 429, 429}) {
            HttpResponse<String> answer =
                    client.send(request("/v1/models", "sk-pen-wrong").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(status, answer.statusCode(), answer.body());
        }
        assertEquals(429, models().statusCode(), "the right key of that address too");
    }
}
