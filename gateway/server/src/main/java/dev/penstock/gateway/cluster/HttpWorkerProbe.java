package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.WorkerCredentials;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GET, with the credentials the worker is shown for requests. 2xx is alive, and so is 429: busy is not sick. Any other
 * answer is not ready: a 401 there means requests would be refused too. Redirects are not followed.
 */
public final class HttpWorkerProbe implements WorkerProbe {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWorkerProbe.class);
    private static final int TOO_MANY_REQUESTS = 429;

    /** Whose last probe failed: that is said once. */
    private final Set<WorkerId> failing = ConcurrentHashMap.newKeySet();

    private final Function<Worker, HttpClient> clients;
    private final WorkerCredentials credentials;
    private final ObjLongConsumer<Worker> roundTrips;

    /**
     * A probe over these clients.
     *
     * @param clients the client that trusts what the worker shows; probes share its limits of connections
     * @param roundTrips is told how many nanoseconds it was from the sending of a probe to the head of its answer
     */
    public HttpWorkerProbe(
            Function<Worker, HttpClient> clients, WorkerCredentials credentials, ObjLongConsumer<Worker> roundTrips) {
        this.clients = clients;
        this.credentials = credentials;
        this.roundTrips = roundTrips;
    }

    @Override
    public Future<ProbeResult> probe(Worker worker, String path, Duration timeout) {
        RequestOptions options = request(worker.endpoint(), path, timeout);
        credentials.headers(worker).forEach(options::putHeader);
        Future<HttpClientRequest> dialled = Future.succeededFuture().compose(now -> clients.apply(worker)
                .request(options)); // a client that throws is a failure like another
        return within(dialled, timeout)
                .onFailure(late -> dialled.onSuccess(HttpClientFactory::abandon))
                .compose(request -> within(answer(worker, request), timeout)
                        .onFailure(failure -> request.reset())) // sent: no handler can be set on it any more
                .onSuccess(result -> failing.remove(worker.id()))
                .otherwise(failure -> failed(worker, failure));
    }

    private static <T> Future<T> within(Future<T> future, Duration limit) {
        return future.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The body is read past, so that the connection can be kept; one that does not end is broken off by the clock. */
    private Future<ProbeResult> answer(Worker worker, HttpClientRequest request) {
        long sentNanos = System.nanoTime(); // it has its connection: how long that took says nothing of the link
        return request.send().compose(response -> {
            roundTrips.accept(worker, System.nanoTime() - sentNanos);
            return response.end().map(end -> {
                int status = response.statusCode();
                return status / 100 == 2 || status == TOO_MANY_REQUESTS ? ProbeResult.ALIVE : ProbeResult.UNREADY;
            });
        });
    }

    private ProbeResult failed(Worker worker, Throwable cause) {
        if (failing.size() < Directory.MAX_WORKERS && failing.add(worker.id())) {
            LOG.info("worker {} does not answer its probe at {}: {}", worker.id(), worker.endpoint(), cause.toString());
        }
        return cause instanceof TimeoutException ? ProbeResult.TIMED_OUT : ProbeResult.BROKEN;
    }

    static RequestOptions request(URI endpoint, String path, Duration timeout) {
        boolean tls = "https".equalsIgnoreCase(endpoint.getScheme()); // or HTTPS would go out in clear
        String prefix = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        String uri = (prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix) + path;
        String host = endpoint.getHost();
        return new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setSsl(tls)
                .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
                .setPort(endpoint.getPort() >= 0 ? endpoint.getPort() : tls ? 443 : 80)
                .setURI(uri)
                .setFollowRedirects(false)
                .setConnectTimeout(timeout.toMillis());
    }
}
