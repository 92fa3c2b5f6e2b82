package dev.penstock.worker.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import dev.penstock.runtime.net.Drain;
import dev.penstock.worker.config.DataClass;
import dev.penstock.worker.config.SiteConfig;
import dev.penstock.worker.config.SiteConfig.Kind;
import dev.penstock.worker.config.WorkerConfig;
import dev.penstock.worker.http.TokenRates;
import dev.penstock.worker.http.WorkerRoutes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may leave a sidecar for its server, wherever that stands. */
@Timeout(60)
final class SidecarEgressTest {
    private static final String BODY = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"canary\"}]}";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** Whatever is no probe. */
    private final AtomicInteger bytesOfRequests = new AtomicInteger();

    private final AtomicInteger connections = new AtomicInteger();
    private int serverPort;

    @BeforeEach
    void open() throws Exception {
        serverPort = get(vertx.createHttpServer()
                        .connectionHandler(connection -> connections.incrementAndGet())
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            if (!"/v1/models".equals(request.path())) {
                                bytesOfRequests.addAndGet(body.length() + 1);
                            }
                            request.response()
                                    .putHeader("content-type", "application/json")
                                    .end("{}");
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
        client.close();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private WorkerConfig config(String site) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("test", """
                        site: %s
                        sidecar:
                          url: http://127.0.0.1:%d/v1
                          probe-interval: 100ms
                          models: [{name: m}]
                        """.formatted(site, serverPort), Path.of(""), WorkerConfig.class)
                .orThrow();
    }

    /** A sidecar by the word of whom its server is on own ground, or not; returns the port of it. */
    private int sidecar(String site, Predicate<InetAddress> ownGround) throws Exception {
        WorkerConfig config = config(site);
        SidecarBackend backend = SidecarBackend.create(
                vertx,
                config.sidecar().orElseThrow(),
                new ServerSite(config.site(), ownGround),
                InstantSource.system());
        get(backend.locate());
        backend.start();
        WorkerRoutes.Parts parts = new WorkerRoutes.Parts(
                backend,
                new Drain(),
                config.listener(),
                new ByteSize(64 << 20),
                any -> true,
                new SimpleMeterRegistry(),
                () -> "",
                new TokenRates(System::nanoTime));
        int port = get(vertx.createHttpServer()
                        .requestHandler(new WorkerRoutes(vertx, parts, new Random(1), System::nanoTime))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        while (!backend.ready()) {
            Thread.onSpinWait();
        }
        return port;
    }

    private HttpResponse<String> ask(int port, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        // The site as it is configured, whether the server is on own ground, the class, what comes of it.
        "{}, true, private, 200",
        "{}, true, internal, 200",
        "{}, true, public, 200",
        "{}, false, private, 403",
        "{}, false, internal, 403",
        "{}, false, public, 200",
        "'{kind: edge, clearance: internal}', true, private, 403",
        "'{kind: edge, clearance: private}', false, private, 403",
        "'{kind: cloud}', true, private, 403",
        "'{kind: cloud, clearance: internal}', true, internal, 200",
        "'{kind: cloud, clearance: private}', true, private, 403",
        "{}, true, Private, 400",
    })
    void whatTheServerMayNotSeeIsRefusedBeforeAByteIsSent(
            String site, boolean ownGround, String dataClass, int expected) throws Exception {
        int port = sidecar(site, address -> ownGround);
        int before = connections.get();
        HttpResponse<String> answer = ask(port, "x-penstock-data-class", dataClass);
        assertEquals(expected, answer.statusCode(), answer.body());
        if (expected == 200) {
            assertTrue(bytesOfRequests.get() > 0);
        } else {
            assertEquals(0, bytesOfRequests.get());
            assertTrue(connections.get() - before <= 1, "no more than a probe's");
            assertTrue(answer.body().contains("\"param\":\"x-penstock-data-class\""), answer.body());
        }
    }

    @Test
    void aNameThatLeadsElsewhereThanItDidIsFoundOutBeforeAByteIsSent() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        int port = sidecar("{}", address -> asked.getAndIncrement() == 0);
        HttpResponse<String> answer = ask(port, "x-penstock-data-class", "private");
        assertEquals(403, answer.statusCode(), answer.body());
        assertTrue(asked.get() >= 2, "asked again at the connection");
        assertEquals(0, bytesOfRequests.get());
        assertEquals(200, ask(port, "x-penstock-data-class", "public").statusCode());
    }

    @Test
    void whoSaysNothingIsServedAndWhoSaysItTwiceIsNot() throws Exception {
        int port = sidecar("{}", address -> false);
        assertEquals(200, ask(port).statusCode());
        assertEquals(
                400,
                ask(port, "x-penstock-data-class", "public", "x-penstock-data-class", "private")
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', 127.0.0.1, EDGE",
        "'{}', ::1, EDGE",
        "'{}', ::ffff:127.0.0.1, EDGE",
        "'{}', 10.0.0.9, CLOUD",
        "'{kind: edge}', 10.0.0.9, CLOUD",
        "'{networks: [10.0.0.0/8]}', 10.0.0.9, EDGE",
        "'{networks: [10.0.0.0/8]}', 11.0.0.9, CLOUD",
        "'{networks: [10.0.0.0/8], kind: edge}', 203.0.113.7, CLOUD",
        "'{networks: [10.0.0.0/8], kind: cloud}', 10.0.0.9, CLOUD",
        "'{networks: [\"fd00::/8\"]}', fd00::7, EDGE",
    })
    void theSiteIsWhereTheServerIs(String site, String address, Kind expected) {
        ServerSite server = ServerSite.of(config(site).site());
        assertEquals(expected, server.kind(List.of(InetAddress.ofLiteral(address))));
    }

    @Test
    void aServerWithOneAddressOutsideIsOutside() {
        SiteConfig site = config("{networks: [10.0.0.0/8]}").site();
        ServerSite server = ServerSite.of(site);
        InetAddress inside = InetAddress.ofLiteral("10.0.0.9");
        assertEquals(Kind.EDGE, server.kind(List.of(inside)));
        assertEquals(Kind.CLOUD, server.kind(List.of(inside, InetAddress.ofLiteral("203.0.113.7"))));
        assertEquals(Kind.CLOUD, server.kind(List.of()));
        assertEquals(new AnnouncedSite("local", "cloud", "", "public"), server.announced(Kind.CLOUD));
        assertEquals(new AnnouncedSite("local", "edge", "", "private"), server.announced(Kind.EDGE));
        assertEquals(Optional.empty(), DataClass.ofWireName("PRIVATE"));
    }
}
