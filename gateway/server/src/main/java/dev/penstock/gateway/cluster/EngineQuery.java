package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.WorkerCredentials;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.BoundedAnswer;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks an engine something of itself, at its own origin and with its own credential. An answer other than 200, one longer
 * than {@link #MAX_BYTES} or later than the clock allows is a failure.
 */
public final class EngineQuery {
    /** vLLM's metrics, with all of their histograms, are some 100 KB for each model. */
    static final int MAX_BYTES = 2 << 20;

    private final Function<Worker, HttpClient> clients;
    private final WorkerCredentials credentials;
    private final Duration timeout;

    /**
     * A way to ask.
     *
     * @param clients the client that trusts what the worker shows
     * @param timeout how long an answer may take
     */
    public EngineQuery(Function<Worker, HttpClient> clients, WorkerCredentials credentials, Duration timeout) {
        this.clients = clients;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    Future<byte[]> get(Worker worker, String path) {
        RequestOptions options = HttpWorkerProbe.request(worker.endpoint(), path, timeout);
        credentials.headers(worker).forEach(options::putHeader);
        Future<HttpClientRequest> dialled =
                Future.succeededFuture().compose(now -> clients.apply(worker).request(options));
        return within(dialled)
                .onFailure(late -> dialled.onSuccess(HttpClientFactory::abandon))
                .compose(request -> within(answer(request)).onFailure(failure -> request.reset()))
                .map(Buffer::getBytes);
    }

    private <T> Future<T> within(Future<T> future) {
        return future.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whoever takes the head is named before anything is sent: named later, from another thread, it could miss the body. */
    private static Future<Buffer> answer(HttpClientRequest request) {
        Future<Buffer> body = request.response().compose(EngineQuery::body);
        return request.send().compose(sent -> body);
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode() + " (expected: 200)");
        }
        return BoundedAnswer.body(response, MAX_BYTES);
    }
}
