package dev.penstock.worker.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A sidecar in front of a server that does what each test says. */
@Timeout(60)
final class SidecarTest {
    private static final String CONTENT =
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
    private static final String FINISH = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CompletableFuture<HttpServerRequest> seen = new CompletableFuture<>();
    private final CompletableFuture<String> seenBody = new CompletableFuture<>();
    private final CompletableFuture<Void> probed = new CompletableFuture<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile Handler<HttpServerRequest> script =
            request -> request.response().end();
    private volatile int probeStatus = 200;
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
                        drain-timeout: 50ms
                        sidecar:
                          url: http://127.0.0.1:%d/v1
                          credential: env:KEY
                          capacity: 1
                          probe-interval: 100ms
                          silence-timeout: 300ms
                          models: [{name: llama}, {name: pool/name, upstream-name: theirs}]
                        """.formatted(upstream), Path.of(""), WorkerConfig.class)
                .orThrow();
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
            request.response().setStatusCode(probeStatus).end("{}");
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
        String load = answer.headers().firstValue("endpoint-load-metrics").orElse("");
        assertTrue(load.contains("num_requests_running=1") && !load.contains("prompt_tokens"), load);
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

    private static void stream(HttpServerRequest request, String frames) {
        request.response()
                .setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .end(frames);
    }

    /** What a client gets of an answer until its connection is cut. */
    private String untilCut(String model) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), worker.port())) {
            String body = "{\"model\":\"" + model + "\"}";
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(got);
            } catch (SocketException reset) {
                got.writeBytes("(reset)".getBytes(StandardCharsets.US_ASCII));
            }
            return got.toString(StandardCharsets.UTF_8);
        }
    }

    private static void assertBrokenOff(String answer, String code) {
        assertTrue(answer.contains("event: error\ndata: ") && answer.contains("\"code\":\"" + code + "\""), answer);
        assertFalse(answer.contains("[DONE]"), answer);
        assertFalse(answer.contains("\r\n0\r\n"), "a clean end: " + answer);
    }

    private double tokens(String type, String outcome) throws Exception {
        // Counted right after the answer, on the event loop that this passes.
        get("/health");
        return registry.get("penstock.worker.tokens")
                .tags("gen_ai.request.model", "llama", "gen_ai.token.type", type, "outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void aServerThatDiesBehindItsHeadIs502WithABodyOfItsOwn() throws Exception {
        script = request -> {
            request.response()
                    .putHeader("content-length", "1000")
                    .putHeader("cache-control", "no-store")
                    .putHeader("x-ratelimit-remaining-requests", "7")
                    .writeHead()
                    .onSuccess(written -> request.connection().close());
        };
        HttpResponse<String> answer = chat("llama");

        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().endsWith("\"code\":\"upstream_broken\"}}"), answer.body());
        assertFalse(answer.headers().firstValue("cache-control").isPresent());
        assertFalse(
                answer.headers().firstValue("x-ratelimit-remaining-requests").isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aServerThatRefusesTheCredentialIsNotReadyAndSaysSoOnce(int status) throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(SidecarBackend.class);
        lines.start();
        logger.addAppender(lines);
        try {
            probeStatus = status;
            while (get("/health").statusCode() != 503) {
                Thread.onSpinWait();
            }
            assertTrue(get("/health").body().startsWith("{\"status\":\"upstream_unauthorized\""));
            HttpResponse<String> refused = chat("llama");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("upstream_unauthorized"), refused.body());
            probeStatus = 200;
            while (get("/health").statusCode() != 200) {
                Thread.onSpinWait();
            }
        } finally {
            logger.detachAppender(lines);
        }
        List<String> said = lines.list.stream()
                .map(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
                .toList();
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.getFirst().startsWith("the server refuses the credential"), said.toString());
        assertTrue(said.getFirst().contains("/v1/models") && said.getFirst().contains("" + status), said.toString());
        assertFalse(said.toString().contains("upstream-key"), said.toString());
    }

    @Test
    void usageOfAWholeAnswerIsCounted() throws Exception {
        script = request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}");
        chat("llama");

        assertEquals(11, tokens("input", "ok"));
        assertEquals(7, tokens("output", "ok"));
    }

    @Test
    void usageOfAStreamIsCounted() throws Exception {
        String frames = CONTENT + FINISH + USAGE + DONE;
        script = request -> stream(request, frames);

        assertEquals(frames, chat("llama").body());
        assertEquals(11, tokens("input", "ok"));
        assertEquals(7, tokens("output", "ok"));
    }

    @Test
    void aStreamThatReportsNothingIsCountedByItsChunks() throws Exception {
        script = request -> stream(request, CONTENT + CONTENT + FINISH + DONE);
        chat("llama");

        assertEquals(2, tokens("output", "ok"));
    }

    @Test
    void aStreamThatEndsBeforeItIsWholeIsBrokenOff() throws Exception {
        script = request -> stream(request, CONTENT);
        String answer = untilCut("llama");

        assertTrue(answer.contains(CONTENT), answer);
        assertBrokenOff(answer, "upstream_broken");
        assertEquals(1, tokens("output", "upstream_broken"));
    }

    @ParameterizedTest
    @ValueSource(strings = {FINISH, DONE})
    void aStreamIsWholeWhereAChoiceHasFinishedOrTheServerSaysSo(String last) throws Exception {
        script = request -> stream(request, CONTENT + last);

        assertEquals(CONTENT + last, chat("llama").body());
    }

    @Test
    void anEmptyStreamIs502() throws Exception {
        script = request -> stream(request, "");

        assertEquals(502, chat("llama").statusCode());
    }

    @Test
    void silenceWithinAStreamIsAnErrorFrame() throws Exception {
        script = request -> request.response()
                .setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .write(CONTENT);

        assertBrokenOff(untilCut("llama"), "upstream_timeout");
    }

    @Test
    void whatIsBrokenOffAtTheEndOfTheDrainHearsOfIt() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        script = request -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            request.response().write(CONTENT).onSuccess(written -> begun.complete(null));
            vertx.setPeriodic(50, again -> request.response().write(": still here\n\n"));
        };
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return untilCut("llama");
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
        });
        begun.get(10, TimeUnit.SECONDS);
        worker.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertBrokenOff(answer.get(10, TimeUnit.SECONDS), "stopping");
    }
}
