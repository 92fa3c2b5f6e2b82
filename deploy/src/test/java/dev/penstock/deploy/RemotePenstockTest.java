package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.loadtest.faults.Fault;
import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge gateway with an engine of its own, and another Penstock beyond a link that the test breaks: edge, fault proxy, a
 * recorder of all bytes, cloud.
 */
final class RemotePenstockTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Fault CUT = new Fault.Reset(0);

    @TempDir
    private Path directory = Path.of("");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final NewKey key = NewKey.generate("edge", Optional.empty(), new Random(1));
    private final NewKey scoped = NewKey.generate("scoped", Optional.empty(), new Random(2));
    private FakeEngine near;
    private FakeEngine europe;
    private FakeEngine america;
    private GatewayProcess cloud;
    private RecordingRelay recorder;
    private FaultProxy link;

    @BeforeEach
    void startCloud() throws Exception {
        near = opened(new FakeEngine("near"));
        europe = opened(new FakeEngine("europe"));
        america = opened(new FakeEngine("america"));
        cloud = gateway("""
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                clocks: {drain-notice: 0ms}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                auth: {mode: keys, keys: [{id: edge, hash: "%s", models: ['*']}, {id: scoped, hash: "%s", models: [big]}]}
                routing: {policy: cheapest}
                models: [{name: large, alias: big}]
                upstreams:
                  - id: europe
                    url: %s
                    site: {name: eu, kind: edge, region: eu}
                    capacity: 4
                    models: [{name: m, context-tokens: 9000, price: {input-per-million: 0.2, output-per-million: 0.2}}, {name: big}]
                  - id: america
                    url: %s
                    site: {name: us, kind: cloud, region: us}
                    probe-interval: 50ms
                    models: [{name: m, price: {input-per-million: 0.1, output-per-million: 0.1}}]
                """.formatted(key.hash(), scoped.hash(), europe.url(), america.url()));
        recorder = opened(new RecordingRelay(cloud.port()));
        link = opened(FaultProxy.start(recorder.port(), 7));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        client.close();
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    private GatewayProcess gateway(String yaml) throws Exception {
        return opened(GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of("KEY", key.key())))
                .parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow()));
    }

    /** An edge: a second is worth two cents, and the edge's own tokens cost a hundred times as much as the cloud's. */
    private GatewayProcess edge() throws Exception {
        return gateway("""
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                clocks: {connect: 500ms, first-token: 500ms, drain-notice: 0ms}
                routing:
                  worth: {dollars-per-second: 0.02}
                  options: {explore: 0, spill-seconds: 0}
                upstreams:
                  - id: near
                    url: %s
                    site: {name: plant, kind: edge}
                    models: [{name: m, price: {input-per-million: 10, output-per-million: 10}}, {name: mine}]
                  - id: far
                    kind: penstock
                    url: http://127.0.0.1:%d
                    credential: {type: bearer, secret: env:KEY}
                    site: {name: cloud, kind: cloud, region: eu}
                    probe-interval: 100ms
                    probe-timeout: 500ms
                """.formatted(near.url(), link.port()));
    }

    private HttpResponse<String> get(URI origin, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(origin + path)).timeout(PATIENCE);
        return client.send(headed(request, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder headed(HttpRequest.Builder request, String... headers) {
        return headers.length > 0 ? request.headers(headers) : request;
    }

    private CompletableFuture<HttpResponse<String>> asking(
            GatewayProcess gateway, String model, String content, boolean stream, String... headers) {
        String body = "{\"model\":\"" + model + "\"" + (stream ? ",\"stream\":true" : "")
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return client.sendAsync(headed(request, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(GatewayProcess gateway, String model, String... headers) throws Exception {
        return asking(gateway, model, "hello", false, headers).get(30, TimeUnit.SECONDS);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String worker(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return header(answer, "x-penstock-worker");
    }

    private JsonNode far(GatewayProcess edge) throws Exception {
        for (JsonNode worker :
                MAPPER.readTree(get(edge.adminEndpoint(), "/pool").body()).path("workers")) {
            if (worker.path("id").asText().equals("far")) {
                return worker;
            }
        }
        throw new AssertionError("no worker far");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns how many milliseconds it took. */
    private static long await(String what, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "waited in vain for " + what);
            LockSupport.parkNanos(5_000_000);
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    private boolean isFar(GatewayProcess edge, String state) throws Exception {
        return far(edge).path("state").asText().equals(state);
    }

    private JsonNode summary(GatewayProcess gateway) throws Exception {
        return summary(gateway, key);
    }

    private JsonNode summary(GatewayProcess gateway, NewKey asking) throws Exception {
        HttpResponse<String> told =
                get(gateway.endpoint(), "/v1/penstock/summary", "authorization", "Bearer " + asking.key());
        assertEquals(200, told.statusCode(), told.body());
        return MAPPER.readTree(told.body());
    }

    private void awaitCloud() throws Exception {
        await("the cloud's own workers", () -> {
            JsonNode load = summary(cloud).path("load");
            return load.path("capacity").asInt() == 20;
        });
    }

    @Test
    void aSummaryTellsWhatTheKeyMayAskForAndNoMore() throws Exception {
        assertEquals(401, get(cloud.endpoint(), "/v1/penstock/summary").statusCode());
        awaitCloud();
        JsonNode told = summary(cloud);
        assertEquals(1, told.path("protocol").asInt());
        assertFalse(told.path("draining").asBoolean());
        JsonNode models = told.path("models");
        assertEquals(
                List.of("big", "large", "m"),
                models.findValues("name").stream().map(JsonNode::asText).toList());
        JsonNode big = models.path(0);
        JsonNode shared = models.path(2);
        assertEquals(0.2, shared.path("price").path("input_per_million").asDouble(), "the dearest");
        assertEquals(0, shared.path("context_tokens").asInt(), "one's is not known");
        assertEquals(20, shared.path("load").path("capacity").asInt());
        assertEquals(4, big.path("load").path("capacity").asInt());
        assertFalse(big.has("price"), "unknown is not nothing");
        JsonNode less = summary(cloud, scoped);
        assertEquals(
                List.of("big"),
                less.path("models").findValues("name").stream()
                        .map(JsonNode::asText)
                        .toList());
        assertEquals(4, less.path("load").path("capacity").asInt(), "of the workers it may use");
    }

    @Test
    void downAtTheStartItIsRoutedToOnceItIsUp() throws Exception {
        link.set(CUT);
        GatewayProcess edge = edge();
        await("the edge's own worker", () -> ask(edge, "m").statusCode() == 200);
        HttpResponse<String> unknown = ask(edge, "big");
        assertEquals(503, unknown.statusCode(), "it may be there, and cannot be asked");
        assertTrue(unknown.headers().firstValue("retry-after").isPresent());
        awaitCloud();
        link.clear();
        long millis = await("the remote", () -> isFar(edge, "available"));
        assertTrue(millis < 2_500, millis + " ms");

        HttpResponse<String> answer = ask(edge, "big", "x-request-id", "traced-1");
        assertEquals("far", worker(answer));
        assertEquals("cloud", header(answer, "x-penstock-site"), "as the operator of the edge says");
        assertTrue(answer.body().contains("from europe"), answer.body());
        assertTrue(europe.heads().getLast().contains("x-request-id: traced-1"), europe.heads()::toString);
        assertEquals("far", worker(ask(edge, "large")), "a virtual model of the remote");
        assertEquals(404, ask(edge, "no-such").statusCode(), "now that it was heard");
        assertTrue(get(edge.endpoint(), "/v1/models").body().contains("\"big\""));
        assertEquals("penstock", far(edge).path("source").asText());
        String metrics = get(edge.adminEndpoint(), "/metrics").body();
        assertTrue(metrics.contains("penstock_worker_link_loss_ratio{worker=\"far\"}"), metrics);
        assertTrue(metrics.contains("penstock_worker_link_rtt_seconds{worker=\"far\"}"), metrics);
        assertTrue(far(edge).path("link").path("loss_ratio").asDouble() > 0);
    }

    @Test
    void whatASlowLinkCostsMovesRequestsToTheEdge() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        awaitStreak(edge, "far");
        double before = rttMillis(edge);
        link.set(new Fault.Delay(Duration.ofMillis(200), Duration.ZERO));
        await("the link to be measured", () -> rttMillis(edge) > before + 150);
        awaitStreak(edge, "near");
        System.out.println("slow link: rtt " + before + " -> " + rttMillis(edge) + " ms");
        assertTrue(isFar(edge, "available"), "slow is not dead");
        link.clear();
        await("the link to be measured anew", () -> rttMillis(edge) < before + 50);
    }

    private double rttMillis(GatewayProcess edge) throws Exception {
        return far(edge).path("link").path("rtt_ms").asDouble();
    }

    /** Until five in a row have gone there. */
    private void awaitStreak(GatewayProcess edge, String who) throws Exception {
        int[] streak = {0};
        await("requests to go to " + who, () -> {
            streak[0] = worker(ask(edge, "m")).equals(who) ? streak[0] + 1 : 0;
            return streak[0] == 5;
        });
    }

    @Test
    void aLinkThatFlapsLosesNoRequestThatTheEdgeCanServe() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        Map<String, Integer> reasons = new HashMap<>();
        List<Fault> faults = Arrays.asList(CUT, null, new Fault.Blackhole(), null, new Fault.Truncate(40), null);
        for (int round = 0; round < 24; round++) {
            Fault fault = faults.get(round % faults.size());
            if (fault != null) {
                link.set(fault);
            } else {
                link.clear();
                if (round % 4 == 1) { // else it breaks again before it was found to be back
                    await("the remote in round " + round, () -> isFar(edge, "available"));
                }
            }
            List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, 4)
                    .mapToObj(i -> asking(edge, "m", "hello", true, "x-penstock-placement", "cloud-first"))
                    .toList();
            for (CompletableFuture<HttpResponse<String>> each : asked) {
                HttpResponse<String> answer = each.get(30, TimeUnit.SECONDS);
                String who = worker(answer);
                assertTrue(answer.body().contains("[DONE]"), "round " + round + ": " + answer.body());
                reasons.merge(who + ", " + header(answer, "x-penstock-reason"), 1, Integer::sum);
            }
        }
        System.out.println("flapping: " + reasons);
        assertTrue(reasons.containsKey("near, degraded: cloud down"), reasons::toString);
        assertFalse(reasons.containsKey("near, cloud"), "who answers in another's place says so: " + reasons);
        link.clear();
        await("the remote again", () -> isFar(edge, "available"));
        assertEquals("far", worker(ask(edge, "m", "x-penstock-placement", "cloud-first")));
    }

    @Test
    void edgeFirstSpillsToTheRemoteAndSaysWhyItCannot() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        assertEquals("near", worker(ask(edge, "m", "x-penstock-placement", "edge-first")));
        CountDownLatch gate = near.hold();
        CompletableFuture<HttpResponse<String>> held =
                asking(edge, "m", "wait", false, "x-penstock-placement", "edge-only");
        await("the edge to have work", () -> near.held() == 1);
        HttpResponse<String> spilled = ask(edge, "m", "x-penstock-placement", "edge-first");
        assertEquals("far", worker(spilled));
        assertTrue(header(spilled, "x-penstock-reason").startsWith("spilled: edge wait"), spilled.headers()::toString);
        link.set(CUT);
        await("the cut to be seen", () -> isFar(edge, "unreachable"));
        CompletableFuture<HttpResponse<String>> degraded =
                asking(edge, "m", "wait", false, "x-penstock-placement", "edge-first");
        await("the edge to have more work", () -> near.held() == 2);
        gate.countDown();
        assertEquals("near", worker(held.get(30, TimeUnit.SECONDS)));
        HttpResponse<String> answer = degraded.get(30, TimeUnit.SECONDS);
        assertEquals("near", worker(answer));
        assertEquals("degraded: cloud down", header(answer, "x-penstock-reason"));
    }

    @Test
    void privateRequestsNeverReachTheLink() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        assertEquals("far", worker(asking(edge, "big", "canary-public", false).get(30, TimeUnit.SECONDS)));
        assertTrue(recorder.received().contains("canary-public"), "the recorder sees what passes");
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String dataClass = i % 4 == 0 ? "internal" : "private"; // a cloud may see neither
            String model = i % 3 == 0 ? "big" : "m";
            String placement = List.of("cloud-first", "auto", "edge-first").get(i % 3);
            near.failNext(i % 5 == 0);
            asked.add(asking(
                    edge,
                    model,
                    "canary-secret-" + i,
                    i % 2 == 0,
                    "x-penstock-data-class",
                    dataClass,
                    "x-penstock-placement",
                    placement));
        }
        for (CompletableFuture<HttpResponse<String>> each : asked) {
            HttpResponse<String> answer = each.get(30, TimeUnit.SECONDS);
            assertFalse(header(answer, "x-penstock-worker").equals("far"), answer.headers()::toString);
        }
        assertFalse(recorder.received().contains("canary-secret"), "a private request has left the edge");
    }

    @Test
    void whatHoldsHereHoldsThere() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        assertTrue(
                ask(edge, "m", "x-penstock-placement", "cloud-first").body().contains("from america"),
                "the cloud's cheapest, where nothing is said");
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = ask(
                    edge,
                    "m",
                    "x-penstock-placement",
                    "cloud-first",
                    "x-penstock-region",
                    "eu",
                    "x-penstock-deadline-ms",
                    "15000");
            assertEquals("far", worker(answer));
            assertTrue(answer.body().contains("from europe"), answer.body());
        }
        String sent = recorder.received();
        String last = sent.substring(sent.lastIndexOf("POST /v1/chat/completions"));
        assertTrue(last.contains("x-penstock-region: eu\r\n"), last);
        assertTrue(last.contains("x-penstock-data-class: public\r\n"), last);
        assertTrue(last.contains("x-penstock-via: "), last);
        assertFalse(last.contains("x-penstock-placement"), last);
        long left = Long.parseLong(last.replaceFirst("(?s).*x-penstock-deadline-ms: ([0-9]+)\r\n.*", "$1"));
        assertTrue(left > 0 && left <= 15_000, left + " ms");
    }

    @Test
    void aRequestGoesOneHopAndInNoLoop() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        // Another edge, which knows this one as the cloud is known.
        GatewayProcess outer = gateway("""
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                clocks: {drain-notice: 0ms}
                upstreams:
                  - {id: far, kind: penstock, url: "http://127.0.0.1:%d", probe-interval: 100ms}
                """.formatted(edge.port()));
        await("the edge", () -> isFar(outer, "available"));
        assertEquals("far", worker(ask(outer, "mine")));
        assertEquals(404, ask(outer, "big").statusCode(), "what is behind a further Penstock is not offered");
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = ask(outer, "m");
            assertEquals("far", worker(answer));
            assertTrue(answer.body().contains("from near"), "the cheaper one is two hops away: " + answer.body());
        }
        String instance = summary(edge).path("instance").asText();
        HttpResponse<String> looped = ask(edge, "m", "x-penstock-via", "abc, " + instance);
        assertEquals(508, looped.statusCode(), looped.body());
        assertTrue(looped.body().contains("loop_detected"), looped.body());
        assertEquals(400, ask(edge, "m", "x-penstock-via", "not an instance").statusCode());
    }

    @Test
    void aPenstockThatLeadsBackHereIsNeverReady() throws Exception {
        int[] port = {1};
        FaultProxy back = opened(FaultProxy.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                () -> List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port[0])),
                1));
        GatewayProcess self = gateway("""
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 1}
                clocks: {drain-notice: 0ms}
                upstreams:
                  - {id: far, kind: penstock, url: "http://127.0.0.1:%d", probe-interval: 50ms}
                """.formatted(back.port()));
        port[0] = self.port();
        await("several summaries of its own", () -> back.counters().toClient() > 3_000);
        assertFalse(isFar(self, "available"));
    }

    @Test
    void whoLeavesSaysSoAndLosesNothing() throws Exception {
        GatewayProcess edge = edge();
        awaitCloud();
        await("the remote", () -> isFar(edge, "available"));
        List<String> workers = new ArrayList<>();
        workers.add(worker(ask(edge, "m", "x-penstock-placement", "cloud-first")));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(cloud::close);
        while (!closing.isDone()) {
            workers.add(worker(ask(edge, "m", "x-penstock-placement", "cloud-first")));
        }
        closing.get(30, TimeUnit.SECONDS);
        assertTrue(Stream.of("far", "near").allMatch(workers::contains), workers::toString);
    }
}
