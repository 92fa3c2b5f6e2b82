package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.WorkerCredentials;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpWorkerProbeTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final List<Long> roundTrips = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private int serve(Handler<HttpServerRequest> handler) throws Exception {
        return await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"))
                .actualPort();
    }

    private ProbeResult probe(int port, Duration timeout, WorkerCredentials credentials) throws Exception {
        return probe("http", port, timeout, credentials);
    }

    private ProbeResult probe(String scheme, int port, Duration timeout, WorkerCredentials credentials)
            throws Exception {
        Worker worker = new Worker(
                new WorkerId("w1"),
                0,
                URI.create(scheme + "://127.0.0.1:" + port + "/base"),
                Accelerator.CPU,
                Site.LOCAL,
                1,
                List.of());
        return await(new HttpWorkerProbe(any -> client, credentials, (any, nanos) -> roundTrips.add(nanos))
                .probe(worker, "/health", timeout));
    }

    @Test
    void measuresTheRoundTrip() throws Exception {
        int port =
                serve(request -> vertx.setTimer(30, late -> request.response().end()));
        probe(port, LONG, WorkerCredentials.NONE);
        probe(port, LONG, WorkerCredentials.NONE);
        assertEquals(2, roundTrips.size());
        roundTrips.forEach(nanos -> assertTrue(nanos >= 29_000_000L, roundTrips.toString()));
    }

    @ParameterizedTest
    @CsvSource({"200,ALIVE", "204,ALIVE", "429,ALIVE", "503,UNREADY", "500,UNREADY", "401,UNREADY", "302,UNREADY"})
    void readsTheStatus(int status, ProbeResult expected) throws Exception {
        int port = serve(request -> request.response()
                .setStatusCode(status)
                .putHeader("location", "http://127.0.0.1:1/")
                .end("a body"));
        assertEquals(expected, probe(port, LONG, WorkerCredentials.NONE));
    }

    @Test
    void asksThePathUnderTheEndpointAndShowsTheCredential() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        int port = serve(request -> {
            seen.add(request.method() + " " + request.uri() + " " + request.getHeader("authorization"));
            request.response().end();
        });
        probe(port, LONG, worker -> Map.of("authorization", "Bearer token of " + worker.id()));
        assertEquals("GET /base/health Bearer token of w1", seen.take());
    }

    @Test
    void whatIsToBeAskedByTlsIsNeverAskedInClear() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        int port = serve(request -> {
            seen.add(request.uri());
            request.response().end();
        });
        WorkerCredentials secret = worker -> Map.of("authorization", "Bearer secret");
        assertEquals(ProbeResult.BROKEN, probe("HTTPS", port, LONG, secret));
        assertEquals(List.of(), List.copyOf(seen));
        assertEquals(ProbeResult.ALIVE, probe("HTTP", port, LONG, secret));
    }

    @Test
    void aPortWhereNobodyListensIsBroken() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertEquals(ProbeResult.BROKEN, probe(port, LONG, WorkerCredentials.NONE));
    }

    @Test
    void aConnectionThatBreaksIsBroken() throws Exception {
        int port = serve(request -> request.connection().close());
        assertEquals(ProbeResult.BROKEN, probe(port, LONG, WorkerCredentials.NONE));
    }

    @Test
    void silenceTimesOut() throws Exception {
        int port = serve(request -> {});
        assertEquals(ProbeResult.TIMED_OUT, probe(port, SHORT, WorkerCredentials.NONE));
    }

    @Test
    void anAnswerThatNeverEndsTimesOutAndIsBrokenOff() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        int port = serve(request -> {
            asked.add("asked");
            request.response().setChunked(true);
            request.connection().closeHandler(closed -> ends.add("closed"));
            long timer = vertx.setPeriodic(5, tick -> request.response().write(Buffer.buffer("x".repeat(1000))));
            request.response().exceptionHandler(gone -> vertx.cancelTimer(timer));
        });
        while (asked.isEmpty()) { // on a busy machine the clock may end a probe before it has connected
            assertEquals(ProbeResult.TIMED_OUT, probe(port, SHORT, WorkerCredentials.NONE));
        }
        assertEquals("closed", ends.poll(30, TimeUnit.SECONDS));
    }
}
