package dev.penstock.loadtest.mock;

import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A mock on a free port, and a client of it. */
final class MockServer implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    // What the command runs on: a reset, for one, is another matter on each transport.
    private final Vertx vertx = Transports.vertx(TransportName.AUTO, new VertxOptions().setEventLoopPoolSize(2));
    private final HttpClient client = HttpClient.newHttpClient();
    final MockEngine engine;

    MockServer(MockSettings settings) {
        engine = await(MockEngine.start(vertx, settings, "127.0.0.1", 0, 2));
    }

    HttpResponse<byte[]> post(String path, String body) throws Exception {
        return send("POST", path, body);
    }

    HttpResponse<byte[]> send(String method, String path, String body) throws Exception {
        return client.send(request(method, path, body), HttpResponse.BodyHandlers.ofByteArray());
    }

    CompletableFuture<HttpResponse<byte[]>> posting(String path, String body) {
        return client.sendAsync(request("POST", path, body), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(at(path)).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Until the counters are so; each look is a request, which takes its time. */
    MockCounters awaitCounters(Predicate<MockCounters> wanted) throws Exception {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (!wanted.test(engine.counters())) {
            if (System.nanoTime() > until) {
                throw new AssertionError("still " + engine.counters());
            }
            get("/mock/stats");
        }
        return engine.counters();
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(at(path))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    private URI at(String path) {
        return engine.uri().resolve(path);
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        client.shutdownNow();
        await(engine.close());
        await(vertx.close());
    }
}
