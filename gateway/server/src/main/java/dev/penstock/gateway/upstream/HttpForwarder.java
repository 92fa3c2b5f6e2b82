package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dials workers over HTTP/1.1. Follows no redirect, unpacks nothing, and sends of the client's headers none: what a worker
 * sees is made here. Thread safe; a call stays on the event loop it was made on.
 *
 * <p>A kept connection that the worker closes just as we send on it has told us nothing of this request: it is sent once
 * more, on a new connection. One that breaks later may have cost the worker its life, and is the pipeline's to judge.
 */
public final class HttpForwarder implements Forwarder, AutoCloseable {
    private static final String V1 = "/v1";
    /** A connection that was closed before we sent is found out about within a round trip. */
    private static final long STALE_NANOS = 1_000_000_000L;

    private final Vertx vertx;
    private final ClientConfig config;
    private final Function<Worker, Optional<UpstreamAccess>> accessOf;
    /** Clients of its own for every way of TLS: their contexts are never mixed. */
    private final Map<ClientTls, Dialler> diallers = new ConcurrentHashMap<>();

    /**
     * A forwarder.
     *
     * @param config how it dials, TLS aside
     * @param tls what workers are reached by; made ready now, so that material that does not load is refused here
     * @param accessOf what is needed to use a worker, empty for one that must be sent nothing; quick, from any thread
     * @throws IllegalArgumentException where TLS material does not load
     */
    public HttpForwarder(
            Vertx vertx, ClientConfig config, Set<ClientTls> tls, Function<Worker, Optional<UpstreamAccess>> accessOf) {
        this.vertx = vertx;
        this.config = config;
        this.accessOf = accessOf;
        tls.forEach(each -> diallers.put(each, dialler(each)));
    }

    /** The two ways to a worker: on kept connections, and on new ones only. */
    private record Dialler(HttpClient kept, HttpClient fresh, Set<HttpConnection> unused) {}

    @Override
    public String modelName(Worker worker, ModelId model) {
        return accessOf.apply(worker)
                .map(access -> access.modelNames().get(model.value()))
                .orElse(model.value());
    }

    @Override
    public boolean maxTokensOnly(Worker worker) {
        return accessOf.apply(worker).map(UpstreamAccess::maxTokensOnly).orElse(false);
    }

    @Override
    public Call forward(Worker worker, InferenceRequest request, Buffer body) {
        Optional<UpstreamAccess> known = accessOf.apply(worker);
        if (known.isEmpty()) {
            return Call.failed(new AttemptFailedException(FailureClass.CONNECT, "no longer in the pool"));
        }
        UpstreamAccess access = known.get();
        // Nearly always there; not where the configuration was swapped since the request chose this forwarder.
        Dialler dialler = diallers.computeIfAbsent(access.tls(), this::dialler);
        HttpCall call = new HttpCall(dialler, options(worker.endpoint(), access, request), body);
        call.send(dialler.kept());
        return call;
    }

    private RequestOptions options(URI endpoint, UpstreamAccess access, InferenceRequest request) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.getHost())
                .setPort(UpstreamAccess.port(endpoint))
                .setSsl(UpstreamAccess.isTls(endpoint))
                .setURI(prefix(endpoint) + request.operation().path())
                .setConnectTimeout(config.connectTimeout().toMillis())
                .setFollowRedirects(false)
                .putHeader("content-type", "application/json")
                .putHeader("accept", request.stream() ? "text/event-stream" : "application/json")
                .putHeader("user-agent", "penstock")
                .putHeader("x-request-id", request.id())
                .putHeader("traceparent", request.traceParent());
        access.headersFor(endpoint).forEach(options::putHeader);
        return options;
    }

    /** A base URL is written with {@code /v1} as often as without. */
    private static String prefix(URI endpoint) {
        String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path.endsWith(V1) ? path.substring(0, path.length() - V1.length()) : path;
    }

    private Dialler dialler(ClientTls tls) {
        ClientConfig own = config.withTls(tls);
        Set<HttpConnection> unused = ConcurrentHashMap.newKeySet();
        HttpClient kept = HttpClientFactory.builder(vertx, own, true)
                .withConnectHandler(connection -> {
                    unused.add(connection);
                    connection.closeHandler(closed -> unused.remove(connection));
                })
                .build();
        return new Dialler(kept, HttpClientFactory.builder(vertx, own, false).build(), unused);
    }

    @Override
    public void close() {
        diallers.values().forEach(dialler -> {
            dialler.kept().close();
            dialler.fresh().close();
        });
    }

    /** A request on its way: first on a kept connection, at most once more on a new one. */
    private static final class HttpCall implements Call {
        private final Dialler dialler;
        private final RequestOptions options;
        private final Buffer body;
        private final Promise<Answer> answer = Promise.promise();
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private boolean cancelled;

        HttpCall(Dialler dialler, RequestOptions options, Buffer body) {
            this.dialler = dialler;
            this.options = options;
            this.body = body;
        }

        @Override
        public Future<Answer> answer() {
            return answer.future();
        }

        @Override
        public void cancel() {
            cancelled = true;
            HttpClientResponse begun = response;
            if (begun != null) {
                begun.resume(); // Vert.x releases what lies unread in a paused connection only by reading it
            }
            HttpClientRequest sent = request;
            if (sent != null) {
                sent.reset();
            }
            answer.tryFail(new AttemptFailedException(FailureClass.RESET, "cancelled"));
        }

        void send(HttpClient client) {
            client.request(options).onComplete(dialled -> {
                if (dialled.failed()) {
                    answer.tryFail(new AttemptFailedException(FailureClass.CONNECT, describe(dialled.cause())));
                } else if (cancelled) {
                    HttpClientFactory.abandon(dialled.result());
                } else {
                    send(client, dialled.result());
                }
            });
        }

        private void send(HttpClient client, HttpClientRequest dialled) {
            request = dialled;
            // Only a connection that served before can be stale.
            boolean reused = client == dialler.kept() && !dialler.unused().remove(dialled.connection());
            long sentNanos = System.nanoTime();
            dialled.send(body).onComplete(head -> {
                if (head.succeeded()) {
                    HttpClientResponse begun = head.result();
                    begun.pause();
                    response = begun;
                    answer.tryComplete(answerOf(begun));
                } else if (reused && !cancelled && System.nanoTime() - sentNanos < STALE_NANOS) {
                    send(dialler.fresh());
                } else {
                    answer.tryFail(new AttemptFailedException(FailureClass.RESET, describe(head.cause())));
                }
            });
        }

        private static Answer answerOf(HttpClientResponse response) {
            Map<String, String> headers = new HashMap<>();
            response.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
            return new Answer(response.statusCode(), headers, response);
        }

        private static String describe(Throwable cause) {
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }
    }
}
