package dev.penstock.worker.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import dev.penstock.worker.WorkerProcess;
import dev.penstock.worker.config.WorkerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sidecar in front of a server that does what each test says. */
final class SidecarTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CompletableFuture<HttpServerRequest> seen = new CompletableFuture<>();
    private final CompletableFuture<String> seenBody = new CompletableFuture<>();
    private final CompletableFuture<Void> probed = new CompletableFuture<>();
    private volatile Handler<HttpServerRequest> script =
            request -> request.response().end();
    private WorkerProcess worker;

    @BeforeEach
    void open() throws Exception {
        int upstream = vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        WorkerConfig config = ConfigLoader.with(SecretResolver.of(Map.of("KEY", "upstream-key")))
                .parse("test", """
                        listener: {port: 0}
                        sidecar:
                          url: http://127.0.0.1:%d/v1
                          credential: env:KEY
                          capacity: 1
                          probe-interval: 100ms
                          silence-timeout: 300ms
                          models: [{name: llama}, {name: pool/name, upstream-name: theirs}]
                        """.formatted(upstream), Path.of(""), WorkerConfig.class)
                .orThrow();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        worker = WorkerProcess.start(config, WorkerProcess.Surroundings.alone(vertx, registry, registry::scrape))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        probed.get(10, TimeUnit.SECONDS);
        while (get("/health").statusCode() != 200) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() throws Exception {
        worker.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        client.close();
    }

    private void serve(HttpServerRequest request) {
        if ("/v1/models".equals(request.path())) {
            request.response().end("{}");
            probed.complete(null);
            return;
        }
        seen.complete(request);
        request.body().onSuccess(body -> {
            seenBody.complete(body.toString());
            script.handle(request);
        });
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> chat(String model) throws IOException, InterruptedException {
        return client.send(request(model), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String model) {
        return HttpRequest.newBuilder(uri("/v1/chat/completions"))
                .timeout(Duration.ofSeconds(10))
                .header("authorization", "Bearer from-the-caller")
                .header("cookie", "a=b")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"big\":123456789012345678901234567890, \"model\":\"" + model + "\"}"))
                .build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + worker.port() + path);
    }

    @Test
    void passesBytesOnWithItsOwnCredential() throws Exception {
        script = request -> request.response()
                .putHeader("content-type", "application/json")
                .putHeader("set-cookie", "x=y")
                .putHeader("x-ratelimit-remaining-requests", "7")
                .end("{\"model\":\"llama\", \"x\":1.0e5}");
        HttpResponse<String> answer = chat("llama");

        assertEquals("{\"model\":\"llama\", \"x\":1.0e5}", answer.body());
        assertEquals(
                "7",
                answer.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
        assertFalse(answer.headers().firstValue("set-cookie").isPresent());
        HttpServerRequest upstream = seen.get(5, TimeUnit.SECONDS);
        assertEquals("/v1/chat/completions", upstream.uri());
        assertEquals("Bearer upstream-key", upstream.getHeader("authorization"));
        assertEquals(null, upstream.getHeader("cookie"));
        assertEquals("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", upstream.getHeader("traceparent"));
        assertEquals(
                "{\"big\":123456789012345678901234567890, \"model\":\"llama\"}", seenBody.get(5, TimeUnit.SECONDS));
    }

    @Test
    void rewritesTheNameBothWaysAndNothingElse() throws Exception {
        script = request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"id\":1, \"model\":\"theirs\",\"big\":123456789012345678901}");
        HttpResponse<String> answer = chat("pool/name");

        assertEquals("{\"id\":1, \"model\":\"pool/name\",\"big\":123456789012345678901}", answer.body());
        assertEquals(
                "{\"big\":123456789012345678901234567890, \"model\":\"theirs\"}", seenBody.get(5, TimeUnit.SECONDS));
    }

    @Test
    void rewritesTheNameInFramesCutAnywhere() throws Exception {
        script = request -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            String stream = ": ping\n\ndata: {\"model\":\"theirs\",\"a\":\"\u00fc\"}\n\ndata: [DONE]\n\n";
            byte[] bytes = stream.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            for (byte b : bytes) {
                request.response().write(Buffer.buffer(new byte[] {b}));
            }
            request.response().end();
        };

        assertEquals(
                ": ping\n\ndata: {\"model\":\"pool/name\",\"a\":\"\u00fc\"}\n\ndata: [DONE]\n\n",
                chat("pool/name").body());
    }

    @Test
    void errorsOfTheServerPassWithTheirStatus() throws Exception {
        script = request -> request.response()
                .setStatusCode(429)
                .putHeader("retry-after", "3")
                .putHeader("content-type", "application/json")
                .end("{\"error\":{\"code\":429}}");
        HttpResponse<String> answer = chat("llama");

        assertEquals(429, answer.statusCode());
        assertEquals("3", answer.headers().firstValue("retry-after").orElse(""));
        assertEquals("{\"error\":{\"code\":429}}", answer.body());
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        script = request -> request.response()
                .setStatusCode(302)
                .putHeader("location", "/elsewhere")
                .end();

        assertEquals(502, chat("llama").statusCode());
    }

    @Test
    void aCutStreamIsCutHereToo() {
        script = request -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            request.response().write("data: {\"model\":\"llama\"}\n\n").onSuccess(written -> request.connection()
                    .close());
        };

        assertThrows(IOException.class, () -> chat("llama"));
    }

    @Test
    void aCutBodyOfKnownLengthIsCutHereToo() {
        script = request -> {
            request.response().putHeader("content-length", "1000");
            request.response().write("{\"model\":").onSuccess(written -> request.connection()
                    .close());
        };

        assertThrows(IOException.class, () -> chat("llama"));
    }

    @Test
    void silenceBeforeTheHeadIs504() throws Exception {
        script = request -> {};
        HttpResponse<String> answer = chat("llama");

        assertEquals(504, answer.statusCode(), answer.body());
    }

    @Test
    void aResetBeforeTheHeadIs502() throws Exception {
        script = request -> request.connection().close();

        assertEquals(502, chat("llama").statusCode());
    }

    @Test
    void oneTooManyIs503AndAClientThatLeavesCancels() throws Exception {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        script = request -> {
            request.response().exceptionHandler(failure -> cancelled.complete(null));
            request.connection().closeHandler(closed -> cancelled.complete(null));
            request.response().setChunked(true).write("data: x\n\n");
            begun.complete(null);
        };
        CompletableFuture<HttpResponse<String>> first =
                client.sendAsync(request("llama"), HttpResponse.BodyHandlers.ofString());
        begun.get(10, TimeUnit.SECONDS);

        HttpResponse<String> second = chat("llama");
        assertEquals(503, second.statusCode());
        assertTrue(second.body().contains("overloaded"), second.body());
        first.cancel(true);
        cancelled.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anUnknownModelIs404() throws Exception {
        HttpResponse<String> answer = chat("lama");

        assertEquals(404, answer.statusCode());
        assertTrue(answer.body().contains("llama"), answer.body());
    }
}
