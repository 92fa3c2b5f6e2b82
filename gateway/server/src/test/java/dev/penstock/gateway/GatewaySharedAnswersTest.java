package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one gateway has learned, all serve. */
@Timeout(180)
final class GatewaySharedAnswersTest {
    private static final String MEMORY = "cache: {}\n";
    private static final String ANSWER = "one two three";
    private static final int AT_ONCE = 20;

    @TempDir
    private Path directory;

    private GatewayRig rig;

    @BeforeEach
    void begin() throws Exception {
        rig = new GatewayRig(directory);
    }

    @AfterEach
    void end() {
        rig.close();
    }

    private List<GatewayProcess> start(int count) throws Exception {
        List<GatewayProcess> gateways = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            gateways.add(rig.start(rig.cluster() + MEMORY));
        }
        for (GatewayProcess gateway : gateways) {
            members(gateway, count);
        }
        return gateways;
    }

    private void members(GatewayProcess gateway, int count) throws Exception {
        Eventually.await(
                "a cluster of " + count,
                () -> rig.admin(gateway, "GET", "/pool", "").body().contains("\"members\" : " + count));
    }

    private static String question(String text) {
        return "{\"model\":\"m\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    private HttpResponse<String> ask(GatewayProcess gateway, String text) throws Exception {
        HttpResponse<String> answer = rig.ask(gateway, "", "/v1/chat/completions", question(text));
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(ANSWER), answer.body());
        return answer;
    }

    private static String source(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-penstock-cache").orElse("");
    }

    private int asked(String text) {
        return (int) rig.upstream.bodies().stream()
                .filter(body -> body.contains("\"" + text + "\""))
                .count();
    }

    /** Asks new questions until one is known elsewhere: how long that takes is told, and is bounded by patience alone. */
    private void learned(GatewayProcess at, GatewayProcess elsewhere, String text) throws Exception {
        assertEquals("miss", source(ask(at, text)));
        long began = System.nanoTime();
        Eventually.await(
                "the answer elsewhere",
                () -> entries(elsewhere) >= 1 && source(ask(elsewhere, text)).equals("exact"));
        System.out.println("served elsewhere after: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        assertEquals(1, asked(text), "served without asking again");
    }

    private int entries(GatewayProcess gateway) throws Exception {
        return rig.told(rig.admin(gateway, "GET", "/admin/cache", ""))
                .path("entries")
                .asInt();
    }

    @Test
    void whatOneHasLearnedOthersServeAndWhoComesLater() throws Exception {
        List<GatewayProcess> gateways = start(2);
        learned(gateways.getFirst(), gateways.getLast(), "alpha");
        for (int i = 0; i < 30; i++) {
            ask(gateways.getFirst(), "more " + i);
        }
        GatewayProcess third = rig.start(rig.cluster() + MEMORY);
        members(third, 3);
        rig.stop(gateways.getFirst());
        Eventually.await("all of it at who came later", () -> entries(third) == 31);
        assertEquals("exact", source(ask(third, "alpha")));
        for (int i = 0; i < 30; i++) {
            assertEquals("exact", source(ask(third, "more " + i)));
        }
        assertEquals(31, rig.upstream.bodies().size());
    }

    @Test
    void equalRequestsAtOnceAreOne() throws Exception {
        List<GatewayProcess> gateways = start(3);
        warm(gateways);
        CountDownLatch gate = rig.upstream.holdAnswers();
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < AT_ONCE; i++) {
                GatewayProcess at = gateways.get(i % gateways.size());
                answers.add(executor.submit(() -> ask(at, "beta")));
            }
            Eventually.await("all to have come", () -> running(gateways) == AT_ONCE);
            gate.countDown();
            for (Future<HttpResponse<String>> answer : answers) {
                assertEquals(answers.getFirst().get().body(), answer.get().body());
            }
        }
        assertEquals(1, asked("beta"));
    }

    /** The first calls of a cluster take longer than a request waits for one. */
    private void warm(List<GatewayProcess> gateways) throws Exception {
        int[] count = {0};
        for (GatewayProcess gateway : gateways) {
            Eventually.await("what others have learned, asked for at once", () -> {
                String text = "warm " + count[0]++;
                for (GatewayProcess other : gateways) {
                    ask(other, text);
                }
                return source(ask(gateway, text)).equals("exact") && asked(text) == 1;
            });
        }
    }

    private int running(List<GatewayProcess> gateways) throws Exception {
        int sum = 0;
        for (GatewayProcess gateway : gateways) {
            sum += rig.admin(gateway, "GET", "/metrics", "")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("penstock_requests_in_flight "))
                    .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                    .sum();
        }
        return sum;
    }

    @Test
    void whoWaitsForOneThatGoesAsksItself() throws Exception {
        List<GatewayProcess> gateways = start(3);
        warm(gateways);
        GatewayProcess leader = gateways.getFirst();
        CountDownLatch gate = rig.upstream.holdAnswers();
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            Future<HttpResponse<String>> first = executor.submit(() -> ask(leader, "gamma"));
            Eventually.await("its call", () -> asked("gamma") == 1);
            List<GatewayProcess> others = gateways.subList(1, 3);
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (GatewayProcess other : others) {
                answers.add(executor.submit(() -> ask(other, "gamma")));
            }
            Eventually.await("all to wait", () -> running(others) == 2);
            assertEquals(1, asked("gamma"));
            rig.stop(leader); // its drain clock ends before it is answered
            assertThrows(ExecutionException.class, first::get);
            Eventually.await("calls of their own", () -> asked("gamma") == 3);
            gate.countDown();
            for (Future<HttpResponse<String>> answer : answers) {
                answer.get();
            }
        }
    }

    @Test
    void aPurgeHoldsEverywhereAndForWhatIsOnItsWay() throws Exception {
        List<GatewayProcess> gateways = start(2);
        GatewayProcess first = gateways.getFirst();
        GatewayProcess second = gateways.getLast();
        learned(first, second, "delta");
        CountDownLatch gate = rig.upstream.holdAnswers();
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Future<HttpResponse<String>> onItsWay = executor.submit(() -> ask(second, "epsilon"));
            Eventually.await("its call", () -> asked("epsilon") == 1);
            assertEquals(
                    200,
                    rig.admin(first, "POST", "/admin/cache/purge", "{\"model\":\"m\"}")
                            .statusCode());
            assertEquals(0, entries(first));
            Eventually.await("the purge elsewhere", () -> entries(second) == 0);
            gate.countDown();
            assertEquals("miss", source(onItsWay.get()));
        }
        for (GatewayProcess gateway : gateways) {
            assertEquals("miss", source(ask(gateway, "epsilon " + gateway.port())), "it goes on");
        }
        assertEquals("miss", source(ask(second, "delta")));
        Eventually.await(
                "what was asked anew", () -> source(ask(first, "delta")).equals("exact"));
        assertEquals(2, asked("delta"), "once before and once after");
        ask(second, "epsilon");
        assertEquals(2, asked("epsilon"), "what was on its way is not kept");
        GatewayProcess third = rig.start(rig.cluster() + MEMORY);
        Eventually.await("what there is, at who came later", () -> entries(third) == 4);
        assertEquals("exact", source(ask(third, "delta")));
    }

    @Test
    void whatIsPrivateIsAtItsGatewayAlone() throws Exception {
        String edge = "    site: {name: plant, kind: edge}\n";
        GatewayProcess first = rig.start(edge, "site: {name: plant, kind: edge}\n" + rig.cluster() + MEMORY);
        GatewayProcess second = rig.start(edge, "site: {name: plant, kind: edge}\n" + rig.cluster() + MEMORY);
        members(first, 2);
        members(second, 2);
        for (GatewayProcess gateway : List.of(first, second)) {
            for (String source : List.of("miss", "exact")) {
                HttpResponse<String> answer =
                        rig.send(HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                                .header("content-type", "application/json")
                                .header("x-penstock-data-class", "private")
                                .POST(HttpRequest.BodyPublishers.ofString(question("zeta"))));
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals(source, source(answer));
            }
        }
        assertEquals(2, asked("zeta"));
        assertEquals("miss", source(ask(first, "eta")));
        Eventually.await("what may be shared", () -> entries(second) == 2);
        assertEquals("exact", source(ask(second, "eta")));
    }

    @Test
    void whatIsSharedIsSealedAndGarbageServesNobody() throws Exception {
        List<GatewayProcess> gateways = start(2);
        GatewayProcess first = gateways.getFirst();
        GatewayProcess second = gateways.getLast();
        learned(first, second, "theta");
        ask(first, "iota");
        Eventually.await("both", () -> entries(second) == 2);
        HazelcastInstance client = client(first);
        try {
            IMap<String, Object> map = client.getMap("answers");
            assertEquals(2, map.size());
            Map<String, byte[]> all = new HashMap<>();
            for (String name : map.keySet()) {
                all.put(name, assertInstanceOf(byte[].class, map.get(name)));
            }
            for (byte[] value : all.values()) {
                String text = new String(value, StandardCharsets.ISO_8859_1);
                for (String plain : List.of("one", "two three", "theta", "iota", "choices", "assistant")) {
                    assertFalse(text.contains(plain), plain);
                }
            }
            List<String> names = List.copyOf(all.keySet());
            // Each in the place of the other, and garbage.
            map.set(names.getFirst(), Objects.requireNonNull(all.get(names.getLast())));
            map.set(names.getLast(), Objects.requireNonNull(all.get(names.getFirst())));
            map.set("garbage", new byte[] {1, 2, 3});
            map.set("text", "text");
            client.getMap("purges").set("{\"tenant\":7}", 4102444800000L);
            GatewayProcess third = rig.start(rig.cluster() + MEMORY);
            members(third, 3);
            assertEquals("miss", source(ask(third, "theta")));
            assertEquals("miss", source(ask(third, "iota")));
            assertEquals(2, asked("theta"));
            assertEquals(2, asked("iota"));
            ask(second, "kappa");
            Eventually.await("what is sound", () -> entries(third) == 3);
        } finally {
            client.shutdown();
        }
    }

    private static HazelcastInstance client(GatewayProcess gateway) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(gateway.clusterSecret().clusterName());
        config.getNetworkConfig()
                .addAddress(
                        "127.0.0.1:" + gateway.clusterAddress().orElseThrow().getPort());
        config.setProperty("hazelcast.logging.type", "slf4j");
        return HazelcastClient.newHazelcastClient(config);
    }
}
