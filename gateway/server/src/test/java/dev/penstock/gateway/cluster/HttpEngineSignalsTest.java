package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.gateway.cluster.EngineSignals.Reading;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals of servers that answer as the test says. */
@Timeout(60)
class HttpEngineSignalsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String METRICS = "vllm:num_requests_running 3\nvllm:num_requests_waiting 4\n";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Optional<Reading> read(Duration timeout, Handler<HttpServerRequest> handler) throws Exception {
        int port = await(vertx.createHttpServer()
                        .requestHandler(request -> {
                            asked.add(request.path() + " " + request.getHeader("authorization"));
                            handler.handle(request);
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
        Worker worker = new Worker(
                new WorkerId("vllm"),
                0,
                URI.create("http://127.0.0.1:" + port + "/base"),
                Accelerator.GPU,
                Site.LOCAL,
                1,
                List.of());
        return await(new HttpEngineSignals(
                        Engine.VLLM,
                        new EngineQuery(any -> client, any -> Map.of("authorization", "Bearer its"), timeout))
                .read(worker));
    }

    private void assertSaysNothing(Duration timeout, Handler<HttpServerRequest> handler) {
        assertThrows(ExecutionException.class, () -> read(timeout, handler));
    }

    @Test
    void readsTheMetricsWithTheWorkersOwnCredential() throws Exception {
        assertEquals(Optional.of(new Reading(3, 4)), read(LONG, request -> request.response()
                .end(METRICS)));
        assertEquals(List.of("/base/metrics Bearer its"), asked);
    }

    @Test
    void aLongAnswerComesInPieces() throws Exception {
        assertEquals(Optional.of(new Reading(3, 4)), read(LONG, request -> {
            request.response().setChunked(true);
            for (int i = 0; i < 1_000; i++) {
                request.response().write("vllm:other_bucket{le=\"" + i + "\"} " + i + "\n");
            }
            request.response().end(METRICS);
        }));
    }

    @Test
    void whatIsNoAnswerSaysNothing() {
        assertSaysNothing(LONG, request -> request.response().setStatusCode(404).end(METRICS));
        assertSaysNothing(LONG, request -> request.response().setStatusCode(302).end(METRICS));
        assertSaysNothing(LONG, request -> request.connection().close());
        assertSaysNothing(Duration.ofMillis(50), request -> {});
        assertSaysNothing(
                Duration.ofMillis(200),
                request -> request.response().setChunked(true).write(METRICS));
    }

    @Test
    void oneThatDoesNotEndIsBrokenOff() {
        String line = "# " + "x".repeat(1 << 16) + "\n";
        assertSaysNothing(LONG, request -> {
            request.response().setChunked(true);
            for (int i = 0; i <= EngineQuery.MAX_BYTES / line.length(); i++) {
                request.response().write(line);
            }
        });
    }

    @Test
    void metricsOfAnotherEngineSayNothing() throws Exception {
        assertEquals(Optional.empty(), read(LONG, request -> request.response().end("tgi_queue_size 3\n")));
    }
}
