package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.upstream.KeptConnections.Kept;
import dev.penstock.gateway.upstream.KeptConnections.Origin;
import dev.penstock.gateway.upstream.UpstreamAccess.Peer;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.Worker;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dials workers over HTTP/1.1. Follows no redirect, unpacks nothing, and sends of the client's headers none: what a worker
 * sees is made here. Thread safe; a call stays on the event loop it was made on.
 *
 * <p>A kept connection that the worker closes just as we send on it has told us nothing of this request: it is sent once
 * more, on a new connection. One that breaks later may have cost the worker its life, and is the pipeline's to judge.
 */
final class HttpForwarder implements Forwarder, AutoCloseable {
    private static final String V1 = "/v1";
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence PENSTOCK = HttpHeaders.createOptimized("penstock");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence VIA = HttpHeaders.createOptimized(Hops.HEADER);
    /** Asks for a report of load beside the answer, as ORCA has it. */
    private static final CharSequence LOAD_METRICS_FORMAT = HttpHeaders.createOptimized("endpoint-load-metrics-format");

    private static final CharSequence LOAD_METRICS = HttpHeaders.createOptimized("endpoint-load-metrics");
    private static final CharSequence TEXT = HttpHeaders.createOptimized("TEXT");
    private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized("traceparent");
    /** A connection that was closed before we sent is found out about within a round trip. */
    private static final long STALE_NANOS = 1_000_000_000L;

    private final Vertx vertx;
    private final ClientConfig config;
    private final Function<Worker, Optional<UpstreamAccess>> accessOf;
    private final BiConsumer<Worker, String> loadReports;
    /** Connections of its own for every way of TLS: their contexts are never mixed. */
    private final Map<ClientTls, KeptConnections> connections = new ConcurrentHashMap<>();

    /**
     * A forwarder.
     *
     * @param config how it dials, TLS aside
     * @param tls what workers are reached by; made ready now, so that material that does not load is refused here
     * @param accessOf what is needed to use a worker, empty for one that must be sent nothing; quick, from any thread
     * @throws IllegalArgumentException where TLS material does not load
     */
    HttpForwarder(
            Vertx vertx,
            ClientConfig config,
            Set<ClientTls> tls,
            Function<Worker, Optional<UpstreamAccess>> accessOf,
            BiConsumer<Worker, String> loadReports) {
        this.vertx = vertx;
        this.config = config;
        this.accessOf = accessOf;
        this.loadReports = loadReports;
        tls.forEach(each -> connections.put(each, connections(each)));
    }

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
        KeptConnections kept = connections.computeIfAbsent(access.tls(), this::connections);
        URI endpoint = worker.endpoint();
        Origin origin = new Origin(endpoint.getHost(), UpstreamAccess.port(endpoint), UpstreamAccess.isTls(endpoint));
        HttpCall call = new HttpCall(
                kept,
                origin,
                config.connectTimeout().toMillis(),
                target(endpoint, request),
                headers -> putHeaders(headers, endpoint, access, request),
                body,
                report -> loadReports.accept(worker, report));
        call.send(false);
        return call;
    }

    private static RequestOptions target(URI endpoint, InferenceRequest request) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(endpoint.getHost())
                .setPort(UpstreamAccess.port(endpoint))
                .setURI(prefix(endpoint) + request.operation().path());
    }

    private static void putHeaders(MultiMap headers, URI endpoint, UpstreamAccess access, InferenceRequest request) {
        headers.set(HttpHeaders.CONTENT_TYPE, JSON)
                .set(HttpHeaders.ACCEPT, request.stream() ? EVENTS : JSON)
                .set(HttpHeaders.USER_AGENT, PENSTOCK)
                .set(LOAD_METRICS_FORMAT, TEXT)
                .set(REQUEST_ID, request.id())
                .set(TRACE_PARENT, request.traceParent());
        switch (access.peer()) {
            case OTHER -> {}
            case WORKER ->
                headers.set(
                        PeerHeaders.DATA_CLASS,
                        request.constraints().dataClass().wireName());
            case PENSTOCK -> PeerHeaders.put(headers, request, System.nanoTime());
        }
        // Also to who may be a Penstock and is not known as one: a request that came from one must find back to none.
        if (access.peer() == Peer.PENSTOCK
                || (access.peer() == Peer.OTHER && request.hops().relayed())) {
            headers.set(VIA, request.hops().text());
        }
        access.headersFor(endpoint).forEach(headers::set);
    }

    /** A base URL is written with {@code /v1} as often as without. */
    private static String prefix(URI endpoint) {
        String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path.endsWith(V1) ? path.substring(0, path.length() - V1.length()) : path;
    }

    private KeptConnections connections(ClientTls tls) {
        return new KeptConnections(vertx, config.withTls(tls));
    }

    @Override
    public void close() {
        connections.values().forEach(KeptConnections::close);
    }

    /** A request on its way: first on a kept connection, at most once more on a new one. */
    private static final class HttpCall implements Call {
        private final KeptConnections connections;
        private final Origin origin;
        private final long connectTimeoutMillis;
        private final RequestOptions target;
        private final Consumer<MultiMap> headers;
        private final Buffer body;
        private final Consumer<String> loadReport;
        private final Promise<Answer> answer = Promise.promise();
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private boolean cancelled;

        HttpCall(
                KeptConnections connections,
                Origin origin,
                long connectTimeoutMillis,
                RequestOptions target,
                Consumer<MultiMap> headers,
                Buffer body,
                Consumer<String> loadReport) {
            this.connections = connections;
            this.origin = origin;
            this.connectTimeoutMillis = connectTimeoutMillis;
            this.target = target;
            this.headers = headers;
            this.body = body;
            this.loadReport = loadReport;
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

        void send(boolean fresh) {
            connections.take(origin, fresh, connectTimeoutMillis).onComplete(taken -> {
                if (taken.succeeded()) {
                    request(taken.result());
                } else {
                    answer.tryFail(new AttemptFailedException(FailureClass.CONNECT, describe(taken.cause())));
                }
            });
        }

        private void request(Kept connection) {
            connection.connection().request(target).onComplete(dialled -> {
                if (dialled.failed()) {
                    answer.tryFail(new AttemptFailedException(FailureClass.CONNECT, describe(dialled.cause())));
                } else if (cancelled) {
                    HttpClientFactory.abandon(dialled.result());
                } else {
                    send(connection, dialled.result());
                }
            });
        }

        private void send(Kept connection, HttpClientRequest dialled) {
            request = dialled;
            headers.accept(dialled.headers());
            long sentNanos = System.nanoTime();
            dialled.send(body).onComplete(head -> {
                if (head.succeeded()) {
                    HttpClientResponse begun = head.result();
                    begun.pause();
                    begun.end().onSuccess(whole -> connection.giveBack(begun));
                    response = begun;
                    @Nullable String report = begun.headers().get(LOAD_METRICS);
                    if (report != null) {
                        loadReport.accept(report);
                    }
                    answer.tryComplete(answerOf(begun));
                } else if (connection.used() && !cancelled && System.nanoTime() - sentNanos < STALE_NANOS) {
                    send(true);
                } else {
                    answer.tryFail(new AttemptFailedException(FailureClass.RESET, describe(head.cause())));
                }
            });
        }

        private static Answer answerOf(HttpClientResponse response) {
            MultiMap headers = response.headers();
            return new Answer(
                    response.statusCode(),
                    lower(headers, HttpHeaders.CONTENT_TYPE, ""),
                    lower(headers, HttpHeaders.CONTENT_ENCODING, "identity"),
                    Optional.ofNullable(headers.get("retry-after")),
                    length(headers.get(HttpHeaders.CONTENT_LENGTH)),
                    response);
        }

        private static long length(@Nullable String declared) {
            try {
                return declared == null ? -1 : Long.parseLong(declared);
            } catch (NumberFormatException e) {
                return -1; // the decoder judges it
            }
        }

        private static String lower(MultiMap headers, CharSequence name, String otherwise) {
            String value = headers.get(name);
            return value == null ? otherwise : value.toLowerCase(Locale.ROOT);
        }

        private static String describe(Throwable cause) {
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }
    }
}
