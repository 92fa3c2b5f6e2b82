package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.WorkerCredentials;
import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummaryJson;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.runtime.net.BoundedAnswer;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks over HTTP, at the worker's own origin and with its own credential. A 200 with a summary is alive; another 200, or a
 * 429, says nothing; any other status is not ready, since requests would be refused too. A summary of this very process is
 * that of an upstream that leads back here, which is never ready. Redirects are not followed.
 */
public final class HttpSummaryPoll implements SummaryPoll {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSummaryPoll.class);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String GZIP = "gzip";

    /** Whose last answer was none: that is said once. */
    private final Set<WorkerId> failing = ConcurrentHashMap.newKeySet();

    private final String instance;
    private final Function<Worker, HttpClient> clients;
    private final WorkerCredentials credentials;
    private final ObjLongConsumer<Worker> roundTrips;

    /**
     * A poll over these clients.
     *
     * @param instance what this process calls itself in its own summaries
     * @param clients the client that trusts what the worker shows
     * @param roundTrips is told how many nanoseconds it was from the sending of a question to the head of its answer
     */
    public HttpSummaryPoll(
            String instance,
            Function<Worker, HttpClient> clients,
            WorkerCredentials credentials,
            ObjLongConsumer<Worker> roundTrips) {
        this.instance = instance;
        this.clients = clients;
        this.credentials = credentials;
        this.roundTrips = roundTrips;
    }

    @Override
    public Future<Answer> ask(Worker worker, Duration timeout) {
        RequestOptions options = HttpWorkerProbe.request(worker.endpoint(), PoolSummary.PATH, timeout);
        options.putHeader(HttpHeaders.ACCEPT_ENCODING, GZIP);
        credentials.headers(worker).forEach(options::putHeader);
        Future<HttpClientRequest> dialled = Future.succeededFuture().compose(now -> clients.apply(worker)
                .request(options)); // a client that throws is a failure like another
        return within(dialled, timeout)
                .onFailure(late -> dialled.onSuccess(HttpClientFactory::abandon))
                .compose(request -> within(answer(worker, request), timeout).onFailure(failure -> request.reset()))
                .otherwise(failure -> failed(worker, failure));
    }

    private static <T> Future<T> within(Future<T> future, Duration limit) {
        return future.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whoever takes the head is named before anything is sent: named later, from another thread, it could miss the body. */
    private Future<Answer> answer(Worker worker, HttpClientRequest request) {
        long sentNanos = System.nanoTime(); // it has its connection: how long that took says nothing of the link
        Future<Answer> answer = request.response().compose(response -> {
            roundTrips.accept(worker, System.nanoTime() - sentNanos);
            return read(worker, response);
        });
        return request.send().compose(sent -> answer);
    }

    private Future<Answer> read(Worker worker, HttpClientResponse response) {
        int status = response.statusCode();
        if (status != 200) {
            return response.end()
                    .map(end -> without(
                            worker,
                            status == TOO_MANY_REQUESTS ? ProbeResult.TIMED_OUT : ProbeResult.UNREADY,
                            "status " + status + " (expected: 200)"));
        }
        boolean packed = GZIP.equals(response.getHeader(HttpHeaders.CONTENT_ENCODING));
        return BoundedAnswer.body(response, PoolSummary.MAX_BYTES)
                .compose(body -> elsewhere(() -> judge(worker, body.getBytes(), packed)))
                .recover(failure -> failure instanceof BoundedAnswer.TooLong
                        ? tooLong(worker, response, failure)
                        : Future.failedFuture(failure));
    }

    /** A large summary takes milliseconds to read, which requests on an event loop would wait for. */
    private static Future<Answer> elsewhere(Supplier<Answer> reading) {
        return Future.fromCompletionStage(CompletableFuture.supplyAsync(reading, Thread::startVirtualThread));
    }

    /** It is not read to its end: the connection goes. */
    private Future<Answer> tooLong(Worker worker, HttpClientResponse response, Throwable failure) {
        response.request().reset();
        return Future.succeededFuture(without(worker, ProbeResult.TIMED_OUT, "summary: " + failure.getMessage()));
    }

    private Answer judge(Worker worker, byte[] body, boolean packed) {
        PoolSummaryJson.Read said;
        try {
            said = PoolSummaryJson.read(packed ? PoolSummaryJson.unpacked(body) : body);
        } catch (IllegalArgumentException e) {
            return without(worker, ProbeResult.TIMED_OUT, String.valueOf(e.getMessage()));
        }
        if (said.summary().instance().equals(instance)) {
            return without(worker, ProbeResult.UNREADY, "it is this Penstock itself (expected: another)");
        }
        failing.remove(worker.id());
        return Answer.summary(said);
    }

    private Answer without(Worker worker, ProbeResult result, String why) {
        say(worker, why);
        return Answer.without(result, true);
    }

    private Answer failed(Worker worker, Throwable cause) {
        say(worker, cause.toString());
        return Answer.without(cause instanceof TimeoutException ? ProbeResult.TIMED_OUT : ProbeResult.BROKEN, false);
    }

    private void say(Worker worker, String why) {
        if (failing.size() < Directory.MAX_WORKERS && failing.add(worker.id())) {
            LOG.info("worker {} tells no summary at {}: {}", worker.id(), worker.endpoint(), why);
        }
    }
}
