package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummary.Load;
import dev.penstock.protocol.announcement.PoolSummaryJson;
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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Summaries of servers that answer as the test says. */
@Timeout(60)
final class HttpSummaryPollTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final PoolSummary SUMMARY = new PoolSummary("there", 3, false, new Load(4, 1, 0, 0), List.of(), 0);
    private static final Buffer JSON = Buffer.buffer(PoolSummaryJson.write(SUMMARY));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Long> roundTrips = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private SummaryPoll.Answer ask(Duration timeout, Handler<HttpServerRequest> handler) throws Exception {
        int port = await(vertx.createHttpServer()
                        .requestHandler(request -> {
                            asked.add(request.path() + " " + request.getHeader("authorization"));
                            handler.handle(request);
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
        return ask(port, timeout);
    }

    private SummaryPoll.Answer ask(int port, Duration timeout) throws Exception {
        Worker worker = new Worker(
                new WorkerId("far"),
                0,
                URI.create("http://127.0.0.1:" + port + "/base"),
                Accelerator.GPU,
                Site.LOCAL,
                1,
                List.of());
        return await(new HttpSummaryPoll(
                        "here",
                        any -> client,
                        any -> Map.of("authorization", "Bearer its"),
                        (any, nanos) -> roundTrips.add(nanos))
                .ask(worker, timeout));
    }

    private static SummaryPoll.Answer nothing(ProbeResult result, boolean answered) {
        return new SummaryPoll.Answer(result, answered, Optional.empty());
    }

    @Test
    void aSummaryIsReadWithTheWorkersOwnCredential() throws Exception {
        SummaryPoll.Answer answer = ask(LONG, request -> request.response().end(JSON));
        assertEquals(
                new SummaryPoll.Answer(
                        ProbeResult.ALIVE, true, Optional.of(new PoolSummaryJson.Read(SUMMARY, List.of()))),
                answer);
        assertEquals(List.of("/base/v1/penstock/summary Bearer its"), asked);
        assertEquals(1, roundTrips.size());
    }

    @Test
    void itMayComePacked() throws Exception {
        Buffer packed = Buffer.buffer(PoolSummaryJson.packed(JSON.getBytes()));
        SummaryPoll.Answer answer = ask(LONG, request -> {
            assertEquals("gzip", request.getHeader("accept-encoding"));
            request.response().putHeader("content-encoding", "gzip").end(packed);
        });
        assertEquals(ProbeResult.ALIVE, answer.result());
        assertEquals(nothing(ProbeResult.TIMED_OUT, true), ask(LONG, request -> request.response()
                .putHeader("content-encoding", "gzip")
                .end(JSON)));
    }

    @Test
    void itComesInPieces() throws Exception {
        SummaryPoll.Answer answer = ask(LONG, request -> {
            request.response().setChunked(true);
            for (int i = 0; i < JSON.length(); i++) {
                request.response().write(JSON.slice(i, i + 1));
            }
            request.response().end();
        });
        assertEquals(ProbeResult.ALIVE, answer.result());
    }

    @Test
    void whatIsNoSummaryIsAQuestionMissed() throws Exception {
        SummaryPoll.Answer missed = nothing(ProbeResult.TIMED_OUT, true);
        assertEquals(missed, ask(LONG, request -> request.response().end("{}")));
        assertEquals(missed, ask(LONG, request -> request.response().end("<html>")));
        assertEquals(missed, ask(LONG, request -> request.response()
                .end(JSON.toString().replace("\"protocol\":1", "\"protocol\":99"))));
        assertEquals(
                missed,
                ask(LONG, request -> request.response().setStatusCode(429).end()));
    }

    @Test
    void whoWouldRefuseRequestsIsNotReady() throws Exception {
        for (int status : List.of(401, 403, 404, 302, 503)) {
            assertEquals(
                    nothing(ProbeResult.UNREADY, true),
                    ask(
                            LONG,
                            request -> request.response().setStatusCode(status).end(JSON)),
                    "status " + status);
        }
    }

    @Test
    void thisVeryPenstockIsNotReady() throws Exception {
        String own = JSON.toString().replace("\"there\"", "\"here\"");
        assertEquals(nothing(ProbeResult.UNREADY, true), ask(LONG, request -> request.response()
                .end(own)));
    }

    @Test
    void whatDoesNotComeIsUnanswered() throws Exception {
        assertEquals(nothing(ProbeResult.BROKEN, false), ask(LONG, request -> request.connection()
                .close()));
        assertEquals(nothing(ProbeResult.TIMED_OUT, false), ask(Duration.ofMillis(100), request -> {}));
        assertEquals(nothing(ProbeResult.TIMED_OUT, false), ask(Duration.ofMillis(200), request -> request.response()
                .setChunked(true)
                .write(JSON.slice(0, 20))));
        assertEquals(nothing(ProbeResult.BROKEN, false), ask(1, LONG), "nobody listens there");
    }

    @Test
    void oneThatDoesNotEndIsBrokenOff() throws Exception {
        assertEquals(nothing(ProbeResult.TIMED_OUT, true), ask(LONG, request -> {
            request.response().setChunked(true);
            for (int i = 0; i <= PoolSummary.MAX_BYTES / 1024; i++) {
                request.response().write(" ".repeat(1024));
            }
        }));
        assertTrue(roundTrips.size() == 1, roundTrips::toString);
    }
}
