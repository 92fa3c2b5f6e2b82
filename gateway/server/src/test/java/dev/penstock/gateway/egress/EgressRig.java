package dev.penstock.gateway.egress;

import dev.penstock.gateway.http.OpenAiRoutes;
import dev.penstock.gateway.http.OpenAiSettings;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionLease;
import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.DecisionWatch;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.NamedPolicy;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.Ports;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.ResponseCache;
import dev.penstock.gateway.pipeline.RoutingContexts;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.gateway.upstream.Egress;
import dev.penstock.gateway.upstream.RelaySettings;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.gateway.upstream.WorkerRelay;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worth;
import dev.penstock.routing.model.Resolution;
import dev.penstock.routing.policy.TwoChoices;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.runtime.net.Drain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** A gateway on a real socket, whole but for its pool, its keys and its configuration: those a test changes as it likes. */
final class EgressRig implements AutoCloseable {
    static final ModelId SMALL = new ModelId("small");
    static final ModelId LARGE = new ModelId("large");
    /** Either of them. */
    static final ModelId ANY = new ModelId("any");

    private static final RelaySettings CLOCKS = new RelaySettings(
            Duration.ofMillis(150),
            Duration.ofMillis(500),
            Duration.ofSeconds(20),
            1 << 20,
            256 << 10,
            64L << 20,
            10_000);

    final MovingFleet fleet = new MovingFleet();
    volatile RoutingPolicy policy = new TwoChoices();
    volatile Constraints floor = Constraints.NONE;
    volatile Map<String, Constraints> keys = Map.of();
    volatile Duration queueTimeout = Duration.ofMillis(60);

    private final Vertx vertx = Vertx.vertx();
    private final Drain drain = new Drain();
    private final Egress egress;
    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    EgressRig(long seed) {
        Loop loop = Loop.of(vertx);
        egress = new Egress(
                vertx,
                ClientConfig.defaults().withConnectTimeout(Duration.ofSeconds(5)),
                Set.of(ClientTls.system()),
                worker -> Optional.of(UpstreamAccess.open(worker.endpoint())),
                fleet::current,
                (worker, report) -> {});
        BufferBudget budget = new BufferBudget(64 << 20);
        Ports ports = new Ports(
                credentials -> Future.succeededFuture(principal(credentials.authorization())),
                (principal, request) -> Future.succeededFuture(
                        new AdmissionDecision.Admitted(AdmissionLease.NONE, AdmissionDecision.RateLimits.NONE)),
                Spending.UNLIMITED,
                ResponseCache.NONE,
                (principal, request) -> Future.succeededFuture(new Resolution(tiers(request.model()), List.of())),
                contexts(),
                () -> new NamedPolicy("of the test", policy),
                DecisionWatch.NONE,
                fleet,
                new WorkerRelay(egress, budget, CLOCKS, loop, worker -> false),
                budget,
                record -> {});
        Pipeline pipeline = new Pipeline(ports, this::settings, loop, drain, new SplittableRandom(seed));
        OpenAiRoutes routes = new OpenAiRoutes(
                vertx,
                pipeline,
                ports.authenticator(),
                fleet,
                budget,
                new OpenAiSettings(
                        new ByteSize(1 << 20), Duration.ofSeconds(5), JsonLimits.DEFAULT, 1_700_000_000, false));
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(routes)
                .listen()
                .await();
    }

    private PipelineSettings settings() {
        return new PipelineSettings(
                4,
                1_000_000,
                64,
                queueTimeout,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                floor,
                1,
                Duration.ZERO);
    }

    private Principal principal(Optional<String> authorization) {
        String key = authorization.orElse("");
        return new Principal(
                key.isEmpty() ? "none" : key, Principal.EVERY_MODEL, keys.getOrDefault(key, Constraints.NONE));
    }

    private static RoutingContexts contexts() {
        return (principal, request, maxAttempts, nowNanos, random) -> new RoutingContext(
                request.operation(),
                tiers(request.model()),
                request.required(),
                request.places(),
                new Demand(64, 32, 64, 128),
                request.constraints(),
                Worth.DEFAULT,
                Affinity.NONE,
                maxAttempts,
                nowNanos,
                random);
    }

    static List<List<ModelChoice>> tiers(ModelId model) {
        ModelChoice small = new ModelChoice(SMALL, 0.5);
        ModelChoice large = new ModelChoice(LARGE, 0.9);
        return model.equals(ANY)
                ? List.of(List.of(small, large))
                : List.of(List.of(model.equals(LARGE) ? large : small));
    }

    /** A request and what came of it: its answer, or that it was cut. */
    HttpResponse<String> ask(String id, String body, List<String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .header("x-request-id", id)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String chat(ModelId model, String text, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                + text + "\"}]}";
    }

    /** What is under way, for a message. */
    String underWay() {
        return drain.inFlight() + " requests, " + fleet.inFlight() + " places at workers";
    }

    /** Whether nothing is under way any more. */
    boolean idle() {
        return drain.inFlight() == 0 && fleet.inFlight() == 0;
    }

    @Override
    public void close() {
        server.close().await();
        egress.close();
        vertx.close().await();
        http.close();
    }
}
