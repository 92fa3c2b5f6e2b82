package dev.penstock.gateway.relaying;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.http.OpenAiRoutes;
import dev.penstock.gateway.http.OpenAiSettings;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionLease;
import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.DecisionWatch;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.ModelResolver;
import dev.penstock.gateway.pipeline.NamedPolicy;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.Ports;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.ResponseCache;
import dev.penstock.gateway.pipeline.RoutingContexts;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.gateway.upstream.Egress;
import dev.penstock.gateway.upstream.RelaySettings;
import dev.penstock.gateway.upstream.UpstreamAccess;
import dev.penstock.gateway.upstream.WorkerRelay;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.TwoChoices;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.runtime.net.Drain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The data plane on port 0 with short clocks, over fake everything but sockets. */
final class TestGateway implements AutoCloseable {
    /** Clocks that a busy machine does not run out. */
    static final RelaySettings PATIENT = new RelaySettings(
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            1 << 20,
            256 << 10,
            64L << 20,
            10_000);

    static final PipelineSettings SETTINGS =
            new PipelineSettings(3, 20, 4, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(20));

    /** Workers in the order of their ids, so that tests know who is first. */
    private static final RoutingPolicy IN_ORDER =
            (context, directory, load) -> switch (new TwoChoices().select(context, directory, load)) {
                case RoutePlan plan ->
                    new RoutePlan(
                            plan.attempts().stream()
                                    .sorted(Comparator.comparing(
                                            attempt -> attempt.worker().id()))
                                    .toList(),
                            plan.reason());
                case dev.penstock.routing.NoCandidate none -> none;
            };

    final Vertx vertx = Vertx.vertx();
    final FakeFleet fleet = new FakeFleet();
    final BufferBudget budget = new BufferBudget(64 << 20);
    final List<String> loadReports = new CopyOnWriteArrayList<>();
    final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    final List<RequestRecord> accounts = new CopyOnWriteArrayList<>();
    /** Called with what is accounted, on the event loop. */
    volatile Consumer<RequestRecord> onAccount = record -> {};

    final Drain drain = new Drain();
    final Map<String, String> modelNames = new HashMap<>();
    final Map<String, String> credential = new HashMap<>();
    volatile RoutingPolicy policy = IN_ORDER;
    volatile ResponseCache cache = ResponseCache.NONE;
    volatile ModelResolver models = ModelResolver.PLAIN;
    volatile boolean maxTokensOnly;
    volatile boolean silent;
    volatile ClientTls tls = ClientTls.system();
    private final Egress egress;
    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TestGateway(URI... workers) throws Exception {
        this(SETTINGS, PATIENT, 16, workers);
    }

    TestGateway(PipelineSettings settings, RelaySettings clocks, int capacity, URI... workers) throws Exception {
        fleet.workers(capacity, List.of("m", "org/model-7b"), workers);
        Loop loop = Loop.of(vertx);
        egress = new Egress(
                vertx,
                ClientConfig.defaults().withConnectTimeout(Duration.ofSeconds(5)),
                Set.of(tls),
                worker ->
                        Optional.of(new UpstreamAccess(worker.endpoint(), credential, tls, modelNames, maxTokensOnly)),
                fleet::current,
                (worker, report) -> loadReports.add(report));
        Ports ports = new Ports(
                credentials -> Future.succeededFuture(
                        credentials.authorization().map(Principal::new).orElse(Principal.ANONYMOUS)),
                (principal, request) -> Future.succeededFuture(
                        new AdmissionDecision.Admitted(AdmissionLease.NONE, AdmissionDecision.RateLimits.NONE)),
                Spending.UNLIMITED,
                (principal, request, control) -> cache.recall(principal, request, control),
                (principal, request) -> models.resolve(principal, request),
                RoutingContexts.PLAIN,
                () -> new NamedPolicy("in-order", policy),
                DecisionWatch.NONE,
                fleet,
                new WorkerRelay(egress, budget, clocks, loop, worker -> silent),
                budget,
                settlement());
        Pipeline pipeline = new Pipeline(ports, () -> settings, loop, drain, new Random(1));
        OpenAiRoutes routes = new OpenAiRoutes(
                vertx,
                pipeline,
                ports.authenticator(),
                fleet,
                budget,
                new OpenAiSettings(
                        new ByteSize(16 << 20), Duration.ofSeconds(5), JsonLimits.DEFAULT, 1_700_000_000, true));
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(routes)
                .listen()
                .await();
    }

    private Settlement settlement() {
        return new Settlement() {
            @Override
            public void account(RequestRecord record) {
                accounts.add(record);
                onAccount.accept(record);
            }

            @Override
            public void settle(RequestRecord record) {
                records.add(record);
            }
        };
    }

    int port() {
        return server.actualPort();
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A chat whose body's length is not said beforehand. */
    HttpResponse<String> postChunked(byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> chat(String extra) throws Exception {
        return post("/v1/chat/completions", chatBody(extra));
    }

    static String chatBody(String extra) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + extra + "}";
    }

    /** A socket with this request sent. */
    Socket send(String body) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** All that comes until the other side closes. */
    static String readAll(Socket socket) throws Exception {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The one record of the one request, once it is settled. */
    RequestRecord settled() {
        eventually("settled", () -> !records.isEmpty());
        return records.getLast();
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    /** Nothing may be left of anything. */
    void assertNothingHeld() {
        eventually("workers' places given back", () -> fleet.inFlight() == 0);
        eventually("buffers given back", () -> budget.held() == 0);
        eventually("requests counted out", () -> drain.inFlight() == 0);
        assertEquals(charged(records), charged(accounts), "what is accounted early is what was used in the end");
    }

    private static List<String> charged(List<RequestRecord> told) {
        return told.stream()
                .map(record -> record.id() + " " + record.charges())
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        server.close().await();
        egress.close();
        vertx.close().await();
    }
}
