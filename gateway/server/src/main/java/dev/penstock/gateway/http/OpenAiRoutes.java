package dev.penstock.gateway.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.gateway.pipeline.Arrival;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.CacheControl;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.ErrorAnswer;
import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.NearestModels;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.runtime.net.BoundedBody;
import dev.penstock.runtime.net.RequestRejected;
import dev.penstock.runtime.telemetry.TraceParent;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenAI API. Paths are matched as they came, byte for byte: no decoding, no normalising, no case folding, so that what
 * is authenticated is what is dispatched. Nothing here answers a browser of another origin.
 */
public final class OpenAiRoutes implements Handler<HttpServerRequest> {
    /** The log of requests, which those that reach the pipeline are written to when they are settled. */
    private static final Logger REQUESTS = LoggerFactory.getLogger("penstock.request");

    private static final String JSON = "application/json";
    private static final String MODELS = "/v1/models";
    private static final String SESSION = "x-session-id";
    private static final String CACHE_CONTROL = "cache-control";
    private static final String IDEMPOTENCY_KEY = "idempotency-key";
    private static final Pattern SOUND_IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern SOUND_REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final Vertx vertx;
    private final Pipeline pipeline;
    private final Authenticator authenticator;
    private final Fleet fleet;
    private final BufferBudget budget;
    private final OpenAiSettings settings;
    private final Peering peering;
    private final RequestDecoder decoder;

    /** The routes of a gateway that no other Penstock knows. */
    public OpenAiRoutes(
            Vertx vertx,
            Pipeline pipeline,
            Authenticator authenticator,
            Fleet fleet,
            BufferBudget budget,
            OpenAiSettings settings) {
        this(vertx, pipeline, authenticator, fleet, budget, settings, Peering.NONE);
    }

    /** The routes over a pipeline and what it stands on. */
    public OpenAiRoutes(
            Vertx vertx,
            Pipeline pipeline,
            Authenticator authenticator,
            Fleet fleet,
            BufferBudget budget,
            OpenAiSettings settings,
            Peering peering) {
        this.vertx = vertx;
        this.pipeline = pipeline;
        this.authenticator = authenticator;
        this.fleet = fleet;
        this.budget = budget;
        this.settings = settings;
        this.peering = peering;
        this.decoder = new RequestDecoder(settings.json());
    }

    @Override
    public void handle(HttpServerRequest request) {
        long receivedNanos = System.nanoTime();
        String id = requestId(request);
        if (pipeline.leaving()) {
            // The next request is to come by a new connection: a balancer then takes it elsewhere.
            request.response().putHeader("connection", "close");
        }
        String path = String.valueOf(request.path());
        for (Operation operation : Operation.values()) {
            if (operation.path().equals(path)) {
                if (allowed(request, HttpMethod.POST, id)) {
                    infer(request, operation, id, receivedNanos);
                }
                return;
            }
        }
        if (path.equals(PoolSummary.PATH)) {
            if (allowed(request, HttpMethod.GET, id)) {
                authenticated(request, id, principal -> summary(request, id, principal));
            }
            return; // not logged, as little as a probe is: who asks does so every second
        }
        logged(request, id, path.startsWith(MODELS) ? "models" : "none", receivedNanos);
        if (path.equals(MODELS)) {
            if (allowed(request, HttpMethod.GET, id)) {
                listModels(request, id);
            }
        } else if (path.startsWith(MODELS + "/")
                && ModelPath.id(path.substring(MODELS.length() + 1)).isPresent()) {
            if (allowed(request, HttpMethod.GET, id)) {
                oneModel(
                        request,
                        id,
                        ModelPath.id(path.substring(MODELS.length() + 1)).get());
            }
        } else {
            refuse(
                    request,
                    id,
                    ApiError.invalid(404, "no such path (expected: one of the OpenAI API, such as /v1/models)"));
        }
    }

    /** Neither the path nor anything else the client wrote is logged: it may be anything, a key pasted by mistake too. */
    private void logged(HttpServerRequest request, String id, String operation, long receivedNanos) {
        if (settings.logged()) {
            request.response().endHandler(ended -> REQUESTS.atInfo()
                    .addKeyValue("request_id", id)
                    .addKeyValue("operation", operation)
                    .addKeyValue("status", request.response().getStatusCode())
                    .addKeyValue("total_ms", (System.nanoTime() - receivedNanos) / 1_000_000)
                    .log("request"));
        }
    }

    private boolean allowed(HttpServerRequest request, HttpMethod method, String id) {
        if (request.method().equals(method)) {
            return true;
        }
        request.response().putHeader("allow", method.name());
        refuse(request, id, ApiError.invalid(405, "method: " + request.method() + " (expected: " + method + ")"));
        return false;
    }

    private void infer(HttpServerRequest request, Operation operation, String id, long receivedNanos) {
        request.pause();
        VertxExchange client = new VertxExchange(request);
        pipeline.serve(
                new Arrival(
                        id,
                        operation,
                        credentials(request),
                        receivedNanos,
                        header(request, IDEMPOTENCY_KEY).filter(SOUND_IDEMPOTENCY_KEY.asMatchPredicate()),
                        cacheControl(request).orElse(CacheControl.NONE),
                        () -> read(request, client, operation, id, receivedNanos)),
                client);
    }

    private Future<InferenceRequest> read(
            HttpServerRequest request, ClientExchange client, Operation operation, String id, long receivedNanos) {
        Constraints constraints;
        Hops hops;
        try {
            constraints = ConstraintHeaders.read(request.headers());
            hops = peering.hops(request.headers().getAll(Hops.HEADER));
        } catch (JsonRejectedException e) {
            return Future.failedFuture(new GatewayException(new GatewayError.BadRequest(e.error())));
        }
        Optional<ApiError> unfit =
                unfitContentType(request).or(() -> unfitIdempotencyKey(request)).or(() -> unfitCacheControl(request));
        if (unfit.isPresent()) {
            return Future.failedFuture(new GatewayException(new GatewayError.BadRequest(unfit.get())));
        }
        BodyCharge charge = new BodyCharge(budget);
        if (!charge.holds(Math.min(declaredLength(request), settings.maxBody().bytes()))) {
            return Future.failedFuture(full());
        }
        client.closed().onComplete(closed -> charge.giveBack());
        String trace = traceOf(request);
        return BoundedBody.read(vertx, request, settings.maxBody(), settings.bodyTimeout(), charge::holds)
                .compose(body -> decode(id, trace, operation, body, receivedNanos))
                .map(decoded -> inSession(request, decoded.within(constraints).through(hops)))
                .recover(OpenAiRoutes::unreadable);
    }

    private static InferenceRequest inSession(HttpServerRequest request, InferenceRequest decoded) {
        return header(request, SESSION)
                .map(session -> decoded.withAffinity(PromptAffinity.inSession(decoded.affinity(), session)))
                .orElse(decoded);
    }

    private static GatewayException full() {
        return new GatewayException(new GatewayError.BadRequest(ApiError.unavailable(
                "overloaded", "the gateway holds as much as it may; try again", Duration.ofSeconds(1))));
    }

    /** A span of ours: in the client's trace where it sent one, else in a new one that nobody records. */
    private static String traceOf(HttpServerRequest request) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return header(request, "traceparent")
                .flatMap(TraceParent::parse)
                .map(caller -> caller.child(random).header())
                .orElseGet(() -> TraceParent.generateHeader(random));
    }

    private Future<InferenceRequest> decode(
            String id, String trace, Operation operation, byte[] body, long receivedNanos) {
        try {
            return Future.succeededFuture(decoder.decode(id, trace, operation, body, receivedNanos));
        } catch (JsonRejectedException e) {
            return Future.failedFuture(new GatewayException(new GatewayError.BadRequest(e.error())));
        }
    }

    /** A body that was refused, or whose connection broke: then nobody reads what we say of it. */
    private static Future<InferenceRequest> unreadable(Throwable failure) {
        return Future.failedFuture(
                switch (failure) {
                    case GatewayException known -> known;
                    case RequestRejected refused when refused.status() == 503 -> full();
                    case RequestRejected refused ->
                        new GatewayException(
                                new GatewayError.BadRequest(ApiError.invalid(refused.status(), refused.getMessage())
                                        .withCode(refused.code())));
                    default -> new GatewayException(new GatewayError.ClientGone());
                });
    }

    /** JSON must be called so: a page of another origin can send anything else here without asking first. */
    private static Optional<ApiError> unfitContentType(HttpServerRequest request) {
        String type = header(request, "content-type").orElse("none");
        if (type.equals(JSON)) {
            return Optional.empty(); // what nearly all send
        }
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals(JSON)
                ? Optional.empty()
                : Optional.of(
                        ApiError.invalid(415, "Content-Type: " + visible(essence) + " (expected: application/json)"));
    }

    /** One that is left out would be no less billed twice for being unfit. */
    private static Optional<ApiError> unfitIdempotencyKey(HttpServerRequest request) {
        List<String> keys = request.headers().getAll(IDEMPOTENCY_KEY);
        boolean sound = keys.isEmpty()
                || (keys.size() == 1
                        && SOUND_IDEMPOTENCY_KEY.matcher(keys.getFirst()).matches());
        return sound
                ? Optional.empty()
                : Optional.of(ApiError.invalid(
                        400,
                        keys.size() == 1
                                ? "Idempotency-Key: " + keys.getFirst().length()
                                        + " characters (expected: 1 to 255, of visible ASCII)"
                                : "Idempotency-Key: " + keys.size() + " of them (expected: one)"));
    }

    /** Empty where it cannot be read: {@link #unfitCacheControl} says why. */
    private static Optional<CacheControl> cacheControl(HttpServerRequest request) {
        try {
            return Optional.of(
                    request.headers().contains(CACHE_CONTROL)
                            ? CacheControl.parse(request.headers().getAll(CACHE_CONTROL))
                            : CacheControl.NONE);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<ApiError> unfitCacheControl(HttpServerRequest request) {
        try {
            var unused = CacheControl.parse(request.headers().getAll(CACHE_CONTROL));
            return Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.of(ApiError.invalid(400, String.valueOf(malformed.getMessage())));
        }
    }

    private static String visible(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static long declaredLength(HttpServerRequest request) {
        try {
            return header(request, "content-length")
                    .map(Long::parseLong)
                    .filter(length -> length > 0)
                    .orElse(0L);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void listModels(HttpServerRequest request, String id) {
        authenticated(request, id, principal -> {
            List<ModelId> models = listed(principal);
            String data = models.stream().map(this::modelJson).collect(Collectors.joining(","));
            send(request, 200, headers(id), "{\"object\":\"list\",\"data\":[" + data + "]}");
        });
    }

    private void summary(HttpServerRequest request, String id, Principal principal) {
        peering.summaries().summary(principal).onComplete(told -> {
            if (told.succeeded()) {
                Map<String, String> headers = headers(id);
                headers.put("cache-control", "no-store");
                boolean packed = header(request, "accept-encoding")
                        .filter(accepted -> accepted.contains("gzip"))
                        .isPresent();
                if (packed) {
                    headers.put("content-encoding", "gzip");
                }
                headers.forEach(request.response()::putHeader);
                WholeAnswer.end(
                        request, packed ? told.result().packed() : told.result().json());
            } else {
                refuse(request, id, ErrorAnswer.of(new GatewayError.Internal()));
            }
        });
    }

    private void oneModel(HttpServerRequest request, String id, ModelId model) {
        authenticated(request, id, principal -> {
            List<ModelId> models = listed(principal);
            if (models.contains(model)) {
                send(request, 200, headers(id), modelJson(model));
            } else {
                refuse(
                        request,
                        id,
                        ErrorAnswer.of(new GatewayError.UnknownModel(model, NearestModels.of(model, models))));
            }
        });
    }

    /** A model the principal may not ask for is, to it, one that does not exist. */
    private List<ModelId> listed(Principal principal) {
        return Stream.concat(settings.virtualModels().stream(), fleet.directory().models().stream())
                .distinct()
                .sorted()
                .filter(principal::mayAsk)
                .toList();
    }

    private void authenticated(HttpServerRequest request, String id, Consumer<Principal> route) {
        authenticator.authenticate(credentials(request)).onComplete(principal -> {
            if (principal.succeeded()) {
                pipeline.limitHeaders(principal.result()).forEach(request.response()::putHeader);
                route.accept(principal.result());
            } else {
                GatewayError error = principal.cause() instanceof GatewayException known
                        ? known.error()
                        : new GatewayError.Internal();
                refuse(request, id, ErrorAnswer.of(error));
            }
        });
    }

    private String modelJson(ModelId model) {
        return "{\"id\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(model.value()))
                + "\",\"object\":\"model\",\"created\":" + settings.startedEpochSeconds()
                + ",\"owned_by\":\"penstock\"}";
    }

    private static void refuse(HttpServerRequest request, String id, ApiError error) {
        Map<String, String> headers = headers(id);
        headers.putAll(ErrorAnswer.headers(error));
        send(request, error.status(), headers, error.toJson());
    }

    private static Map<String, String> headers(String id) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-request-id", id);
        headers.put("content-type", JSON);
        return headers;
    }

    private static void send(HttpServerRequest request, int status, Map<String, String> headers, String body) {
        headers.forEach(request.response()::putHeader);
        request.response().setStatusCode(status);
        WholeAnswer.end(request, Buffer.buffer(body));
    }

    private static Credentials credentials(HttpServerRequest request) {
        String peer = request.remoteAddress() == null
                ? ""
                : String.valueOf(request.remoteAddress().hostAddress());
        return new Credentials(header(request, "authorization"), peer);
    }

    /** The client's own id where it is a harmless token, else a new one. */
    private static String requestId(HttpServerRequest request) {
        return header(request, "x-request-id")
                .filter(SOUND_REQUEST_ID.asMatchPredicate())
                .orElseGet(() -> "req_"
                        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    private static Optional<String> header(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }
}
