package dev.penstock.worker.http;

import dev.penstock.protocol.ApiError;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.BoundedBody;
import dev.penstock.runtime.net.Drain;
import dev.penstock.runtime.net.ListenerConfig;
import dev.penstock.runtime.net.RequestRejected;
import dev.penstock.runtime.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes of a worker: inference, the list of models, health and metrics. Paths are taken as they come, exactly. */
public final class WorkerRoutes implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRoutes.class);
    private static final String MODELS = "/v1/models";
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final HexFormat HEX = HexFormat.of();

    private final Vertx vertx;
    private final Backend backend;
    private final Drain drain;
    private final ListenerConfig listener;
    private final Predicate<String> authorized;
    private final Supplier<String> metrics;
    private final RequestRecords log;
    private final RandomGenerator random;
    private final LongSupplier nanoClock;
    private final BodyBudget bodies;

    /**
     * What the routes stand on.
     *
     * @param backend what answers inference requests
     * @param drain whether new requests are taken
     * @param listener the bounds on each body
     * @param totalBodies the most bytes of all bodies together
     * @param authorized whether an {@code Authorization} header, {@code ""} where there is none, lets a caller in
     * @param registry takes the metrics
     * @param metrics the text that {@code /metrics} answers
     * @param rates hears of the tokens of each request
     */
    public record Parts(
            Backend backend,
            Drain drain,
            ListenerConfig listener,
            ByteSize totalBodies,
            Predicate<String> authorized,
            io.micrometer.core.instrument.MeterRegistry registry,
            Supplier<String> metrics,
            TokenRates rates) {}

    /** Routes over these parts. */
    public WorkerRoutes(Vertx vertx, Parts parts, RandomGenerator random, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.backend = parts.backend();
        this.drain = parts.drain();
        this.listener = parts.listener();
        this.authorized = parts.authorized();
        this.metrics = parts.metrics();
        this.log = new RequestRecords(parts.registry(), parts.rates());
        this.bodies = new BodyBudget(parts.totalBodies().bytes());
        this.random = random;
        this.nanoClock = nanoClock;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = Optional.ofNullable(request.path()).orElse("");
        Optional<Endpoint> endpoint = Endpoint.at(path);
        if (endpoint.isPresent()) {
            infer(request, endpoint.get());
        } else if (path.equals("/health") || path.equals("/metrics")) {
            get(request, path.equals("/health") ? this::health : this::metrics);
        } else if (path.equals(MODELS) || path.startsWith(MODELS + "/")) {
            if (admit(request)) {
                get(request, path.equals(MODELS) ? this::models : asked -> model(asked, path));
            }
        } else {
            refuse(
                    request,
                    ApiError.invalid(
                            404,
                            "no such path (expected: one of /v1/chat/completions,"
                                    + " /v1/completions, /v1/embeddings, /v1/models, /health, /metrics)"));
        }
    }

    private void infer(HttpServerRequest request, Endpoint endpoint) {
        if (!admit(request)) {
            return;
        }
        if (!request.method().equals(HttpMethod.POST)) {
            request.response().putHeader(HttpHeaders.ALLOW, "POST");
            refuse(request, ApiError.invalid(405, request.method() + " (expected: POST)"));
            return;
        }
        if (!drain.accepting() || !backend.ready()) {
            // Whoever asks on this connection again is better off with another worker.
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            refuse(request, drain.accepting() ? backend.unready() : EngineErrors.stopping());
            return;
        }
        Optional<BodyBudget.Share> share = bodies.take(request, listener.maxBody());
        if (share.isEmpty()) {
            refuse(request, full());
            return;
        }
        read(request, endpoint, share.get());
    }

    private static ApiError full() {
        return ApiError.unavailable("overloaded", "this worker has as many bytes of requests as it may hold", SOON);
    }

    private void read(HttpServerRequest request, Endpoint endpoint, BodyBudget.Share share) {
        Context context = vertx.getOrCreateContext();
        Exchange exchange = new Exchange(
                context,
                request,
                endpoint,
                idOf(request),
                endpoint.idPrefix() + newId(),
                drain.enter(),
                share,
                log,
                () -> LoadReport.of(drain.inFlight(), backend.models()),
                nanoClock);
        BoundedBody.read(vertx, request, listener.maxBody(), listener.bodyTimeout(), share::growTo)
                .map(body -> {
                    if (!exchange.ended()) {
                        backend.serve(endpoint, exchange, body);
                    }
                    return body;
                })
                .onFailure(failure -> fail(exchange, failure));
    }

    /** Also what a backend throws ends here: an exchange that nobody ends would be in flight for ever. */
    private static void fail(Exchange exchange, Throwable failure) {
        switch (failure) {
            case RequestRejectedException rejection -> exchange.error(rejection.error());
            case RequestRejected rejected when rejected.status() == 503 -> exchange.error(full());
            case RequestRejected rejected ->
                exchange.error(ApiError.invalid(rejected.status(), rejected.getMessage())
                        .withCode(rejected.code()));
            case VertxException broken -> exchange.end("cancelled");
            case IOException broken -> exchange.end("cancelled");
            default -> {
                LOG.error("request {} failed", exchange.id(), failure);
                exchange.error(ApiError.server(500, "internal_error", "an internal error"));
            }
        }
    }

    private boolean admit(HttpServerRequest request) {
        @Nullable String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorized.test(authorization == null ? "" : authorization)) {
            return true;
        }
        refuse(request, ApiError.unauthenticated("this worker answers the gateways of its pool only"));
        return false;
    }

    private void get(HttpServerRequest request, Handler<HttpServerRequest> answer) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            answer.handle(request);
        } else {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            refuse(request, ApiError.invalid(405, request.method() + " (expected: GET)"));
        }
    }

    private void models(HttpServerRequest request) {
        Json out = new Json(512).raw("{\"object\":\"list\",\"data\":[");
        String comma = "";
        for (ModelStatus status : backend.models()) {
            write(out.raw(comma), status);
            comma = ",";
        }
        answer(request, 200, out.raw("]}"));
    }

    private void model(HttpServerRequest request, String path) {
        String name = decoded(path.substring(MODELS.length() + 1));
        for (ModelStatus status : backend.models()) {
            if (status.name().equals(name)) {
                answer(request, 200, write(new Json(256), status));
                return;
            }
        }
        refuse(
                request,
                UnknownModel.error(
                        name, backend.models().stream().map(ModelStatus::name).toList()));
    }

    /** Some clients send {@code a%2Fb}, others {@code a/b}; a plus is a plus. */
    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    private static Json write(Json out, ModelStatus status) {
        return out.raw("{\"id\":")
                .string(status.name())
                .raw(",\"object\":\"model\",\"created\":")
                .number(status.createdSeconds())
                .raw(",\"owned_by\":")
                .string(status.ownedBy())
                .raw("}");
    }

    private void health(HttpServerRequest request) {
        boolean ok = drain.accepting() && backend.ready();
        String state = ok ? "ok" : drain.accepting() ? backend.unready().code().orElse("unready") : "draining";
        Json out = new Json(512).raw("{\"status\":").string(state);
        long running = 0;
        long queued = 0;
        Json each = new Json(256);
        for (ModelStatus status : backend.models()) {
            running += status.running();
            queued += status.queued();
            each.raw(each.isEmpty() ? "{\"id\":" : ",{\"id\":")
                    .string(status.name())
                    .raw(",\"running\":")
                    .number(status.running())
                    .raw(",\"running_limit\":")
                    .number(status.runningLimit())
                    .raw(",\"queued\":")
                    .number(status.queued())
                    .raw(",\"queue_limit\":")
                    .number(status.queueLimit())
                    .raw("}");
        }
        out.raw(",\"requests\":").number(drain.inFlight());
        out.raw(",\"running\":").number(running).raw(",\"queued\":").number(queued);
        out.raw(",\"models\":[").raw(each.toBytes()).raw("]}");
        answer(request, ok ? 200 : 503, out);
    }

    /** Takes milliseconds, which no stream shall wait for. */
    private void metrics(HttpServerRequest request) {
        vertx.executeBlocking(metrics::get, false)
                .onSuccess(text -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE)
                        .end(text))
                .onFailure(failure -> refuse(request, ApiError.server(500, "internal_error", "no metrics")));
    }

    private void answer(HttpServerRequest request, int status, Json body) {
        request.response()
                .setStatusCode(status)
                .putHeader("x-request-id", idOf(request))
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }

    private void refuse(HttpServerRequest request, ApiError error) {
        HttpServerResponse response = request.response();
        if (!request.isEnded()) {
            // The body was not read and shall not be.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        Exchange.write(response.putHeader("x-request-id", idOf(request)), error);
    }

    private String idOf(HttpServerRequest request) {
        @Nullable String given = request.getHeader("x-request-id");
        return given != null && REQUEST_ID.matcher(given).matches() ? given : "req-" + newId();
    }

    private String newId() {
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}
