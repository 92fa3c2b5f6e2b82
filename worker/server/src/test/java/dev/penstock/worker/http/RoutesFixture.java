package dev.penstock.worker.http;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.net.Drain;
import dev.penstock.runtime.net.HttpServerFactory;
import dev.penstock.runtime.net.ListenerConfig;
import dev.penstock.runtime.net.Listening;
import dev.penstock.worker.config.LimitsConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The routes on a free port over models that a test controls. */
final class RoutesFixture implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";
    static final String COMPLETIONS = "/v1/completions";
    static final String EMBEDDINGS = "/v1/embeddings";

    final Vertx vertx = Vertx.vertx();
    final FakeLanguageModel model = new FakeLanguageModel();
    final Drain drain = new Drain();
    final EngineBackend backend;
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Listening listening;

    RoutesFixture(LimitsConfig limits, Predicate<String> authorized) throws Exception {
        backend = new EngineBackend(limits, InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)));
        ListenerConfig listener = ListenerConfig.loopback(0);
        WorkerRoutes routes = new WorkerRoutes(
                vertx,
                new WorkerRoutes.Parts(
                        backend,
                        drain,
                        listener,
                        limits.totalBodies(),
                        authorized,
                        registry,
                        registry::scrape,
                        new TokenRates(System::nanoTime)),
                new SplittableRandom(1),
                System::nanoTime);
        listening = HttpServerFactory.listen(vertx, listener, routes)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    static RoutesFixture open() throws Exception {
        RoutesFixture fixture = new RoutesFixture(ConfigLoader.defaults(LimitsConfig.class), any -> true);
        fixture.openModels();
        return fixture;
    }

    void openModels() {
        backend.open(List.of(
                new HostedModel.Language("org/mini", 1_700_000_000, model),
                new HostedModel.Embedding("embed", 1_700_000_000, new FakeEmbeddingModel())));
    }

    /** Waits until no request is in flight, and takes no more by {@link Drain}'s word. */
    void drained() throws Exception {
        while (drain.inFlight() > 0) {
            get("/health");
        }
        // What is given back behind the count of those in flight is given back on the event loop that this passes.
        get("/health");
    }

    int port() {
        return listening.port();
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        model.close();
        client.close();
    }
}
