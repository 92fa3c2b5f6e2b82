package dev.penstock.gateway.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import dev.penstock.gateway.embedding.ScriptedEmbeddings.Call;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class HttpEmbedderTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final EmbeddingCounts counts = new EmbeddingCounts();

    private Vertx vertx;
    private ScriptedEmbeddings server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        server = new ScriptedEmbeddings(vertx, Call::vectors);
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpEmbedder embedder() {
        return embedder(server.url(), Optional.empty());
    }

    private HttpEmbedder embedder(URI url, Optional<Secret> key) {
        return new HttpEmbedder(vertx, ClientConfig.defaults(), new HttpEmbedder.Server(url, "bge-small", key), counts);
    }

    private static float[] made(Future<float[]> vector) {
        return vector.toCompletionStage().toCompletableFuture().join();
    }

    private static Reason missed(Future<float[]> vector) {
        Throwable failure =
                assertThrows(CompletionException.class, () -> made(vector)).getCause();
        EmbeddingMissedException missed = assertInstanceOf(EmbeddingMissedException.class, failure);
        assertEquals("no embedding: " + missed.reason(), missed.getMessage());
        return missed.reason();
    }

    private static void missedOrMade(Future<float[]> vector) {
        var unused = vector.toCompletionStage()
                .handle((made, missed) -> made)
                .toCompletableFuture()
                .join();
    }

    private static float[] direction(int number) {
        return new float[] {(float) Math.cos(number * 0.01), (float) Math.sin(number * 0.01)};
    }

    private static void assertDirection(int number, Future<float[]> vector) {
        assertArrayEquals(direction(number), made(vector), 1e-5f);
    }

    @Test
    void asksAsOpenAiIsAskedAndTakesTheDirection() throws Exception {
        URI prefixed = URI.create(server.url() + "/tei/");
        Secret key = Secret.of("env:KEY", "canary-of-a-key");
        try (HttpEmbedder embedder = embedder(prefixed, Optional.of(key))) {
            assertTrue(embedder.leavesProcess());
            assertDirection(30, embedder.embed("30", LONG));
        }
        Call call = server.call();
        assertEquals(
                "POST /tei/v1/embeddings",
                call.request().method() + " " + call.request().uri());
        assertEquals("Bearer canary-of-a-key", call.request().getHeader("Authorization"));
        assertEquals("application/json", call.request().getHeader("Content-Type"));
        assertEquals("{\"model\":\"bge-small\",\"input\":[\"30\"],\"encoding_format\":\"float\"}", call.body());
        assertEquals(1, counts.made());
    }

    @Test
    void aLongTextIsOfItsBeginningAndEndAndNoKeyIsShownWhereThereIsNone() throws Exception {
        server.then(call -> call.say(List.of(ScriptedEmbeddings.entry(0, 7))));
        try (HttpEmbedder embedder = embedder()) {
            String text = "begin " + "x".repeat(100_000) + " \"end\"\n";
            assertDirection(7, embedder.embed(text, LONG));
            Call call = server.call();
            assertEquals(List.of(EmbeddedText.of(text)), call.texts());
            assertEquals(Optional.empty(), Optional.ofNullable(call.request().getHeader("Authorization")));
        }
    }

    @Test
    void whatWaitsGoesOutTogetherAndEachGetsItsOwn() throws Exception {
        List<Call> held = Collections.synchronizedList(new ArrayList<>());
        server.then(held::add);
        try (HttpEmbedder embedder = embedder()) {
            List<Future<float[]>> asked = new ArrayList<>();
            for (int i = 0; i < HttpEmbedder.MAX_REQUESTS; i++) {
                asked.add(embedder.embed(Integer.toString(i), LONG));
                assertEquals(List.of(Integer.toString(i)), server.call().texts());
            }
            for (int i = HttpEmbedder.MAX_REQUESTS; i < 30; i++) {
                asked.add(embedder.embed(Integer.toString(i), LONG));
            }
            server.then(Call::vectors);
            held.getFirst().vectors();
            // In the place of the one that was answered; the next when that is.
            assertEquals(numbers(4, 20), server.call().texts());
            assertEquals(numbers(20, 30), server.call().texts());
            held.subList(1, held.size()).forEach(Call::vectors);
            for (int i = 0; i < asked.size(); i++) {
                assertDirection(i, asked.get(i));
            }
            assertEquals(0, server.calls());
        }
        assertEquals(30, counts.made());
    }

    private static List<String> numbers(int from, int until) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < until; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    @Test
    void beyondTheQueueTextsAreRefusedAtOnce() throws Exception {
        List<Call> held = Collections.synchronizedList(new ArrayList<>());
        server.then(held::add);
        try (HttpEmbedder embedder = embedder()) {
            List<Future<float[]>> asked = new ArrayList<>();
            for (int i = 0; i < HttpEmbedder.MAX_REQUESTS; i++) {
                asked.add(embedder.embed("1", LONG));
                server.call();
            }
            for (int i = 0; i < HttpEmbedder.MAX_WAITING; i++) {
                asked.add(embedder.embed("1", LONG));
            }
            assertEquals(Reason.BUSY, missed(embedder.embed("1", LONG)));
            server.then(Call::vectors);
            held.forEach(Call::vectors);
            asked.forEach(HttpEmbedderTest::made);
            // There is room again.
            assertDirection(2, embedder.embed("2", LONG));
        }
        assertEquals(1, counts.missed(Reason.BUSY));
        assertEquals(HttpEmbedder.MAX_REQUESTS + HttpEmbedder.MAX_WAITING + 1, counts.made());
    }

    @Test
    void whatComesTooLateIsResetAndMakesRoom() throws Exception {
        server.then(call -> {});
        try (HttpEmbedder embedder = embedder()) {
            for (int round = 0; round <= HttpEmbedder.MAX_REQUESTS; round++) {
                Future<float[]> late = embedder.embed("1", Duration.ofMillis(500));
                server.call();
                assertEquals(Reason.LATE, missed(late));
                server.broken();
            }
            server.then(Call::vectors);
            assertDirection(1, embedder.embed("1", LONG));
        }
        assertEquals(HttpEmbedder.MAX_REQUESTS + 1, counts.missed(Reason.LATE));
        assertEquals(1, counts.made());
    }

    @Test
    void aRequestGoesOnForThoseThatStillWait() throws Exception {
        List<Call> held = Collections.synchronizedList(new ArrayList<>());
        server.then(held::add);
        try (HttpEmbedder embedder = embedder()) {
            List<Future<float[]>> first = new ArrayList<>();
            for (int i = 0; i < HttpEmbedder.MAX_REQUESTS; i++) {
                first.add(embedder.embed("0", LONG));
                server.call();
            }
            Future<float[]> patient = embedder.embed("5", LONG);
            Future<float[]> waitedInVain = embedder.embed("6", SHORT);
            assertEquals(Reason.LATE, missed(waitedInVain));
            held.getFirst().vectors();
            assertEquals(List.of("5"), server.call().texts(), "what is late is not sent");
            Future<float[]> next = embedder.embed("7", LONG);
            Future<float[]> impatient = embedder.embed("8", Duration.ofSeconds(2));
            held.get(1).vectors();
            Call both = server.call();
            assertEquals(List.of("7", "8"), both.texts());
            assertEquals(Reason.LATE, missed(impatient));
            both.vectors();
            assertDirection(7, next);
            List.copyOf(held).stream().filter(call -> !call.response().ended()).forEach(Call::vectors);
            assertDirection(5, patient);
            first.forEach(HttpEmbedderTest::made);
        }
        assertEquals(2, counts.missed(Reason.LATE));
        assertEquals(HttpEmbedder.MAX_REQUESTS + 2, counts.made());
    }

    @Test
    void aServerThatIsNotThereIsNoVector() {
        URI nowhere = server.url();
        server.close();
        try (HttpEmbedder embedder = embedder(nowhere, Optional.empty())) {
            for (int i = 0; i < 2 * HttpEmbedder.MAX_REQUESTS; i++) {
                assertEquals(Reason.FAILED, missed(embedder.embed("1", LONG)));
            }
        }
        assertEquals(2 * HttpEmbedder.MAX_REQUESTS, counts.missed(Reason.FAILED));
    }

    private static String base64(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return "{\"data\":[{\"index\":0,\"embedding\":\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"}]}";
    }

    private static String array(String numbers) {
        return "{\"data\":[{\"embedding\":[" + numbers + "]}]}";
    }

    @Test
    void whatIsNoVectorIsNotTaken() {
        List<String> refused = List.of(
                "",
                "no json",
                "[]",
                "{}",
                "{\"data\":{}}",
                "{\"data\":[]}",
                "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":1,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":-1,\"embedding\":[1,2]}]}",
                "{\"data\":[{\"index\":\"0\",\"embedding\":[1,2]}]}",
                "{\"data\":[{\"embedding\":{}}]}",
                "{\"data\":[7]}",
                array(""),
                array("0,0"),
                array("1,null"),
                array("1,\"2\""),
                array("1,1e40"),
                array("1,NaN"),
                array("1," + "0,".repeat(EmbeddingsAnswer.MAX_DIMENSIONS) + "0"),
                array("1") + " ".repeat(HttpEmbedder.MAX_BYTES),
                base64(),
                base64(1, Float.NaN),
                base64(1, Float.POSITIVE_INFINITY),
                base64(new float[EmbeddingsAnswer.MAX_DIMENSIONS + 1]),
                "{\"data\":[{\"embedding\":\"AAA\"}]}",
                "{\"data\":[{\"embedding\":\"AAAAAAA=\"}]}",
                "{\"data\":[{\"embedding\":\"***\"}]}");
        try (HttpEmbedder embedder = embedder()) {
            for (String answer : refused) {
                server.then(call -> call.response().end(answer));
                assertEquals(Reason.FAILED, missed(embedder.embed("1", LONG)), () -> shown(answer));
            }
            assertEquals(refused.size(), counts.missed(Reason.FAILED));
            Map<String, float[]> taken = Map.of(
                    base64(0, -2),
                    new float[] {0, -1},
                    array("3e38,0"),
                    new float[] {1, 0},
                    array("-3,4") + " ".repeat(9_999),
                    new float[] {-0.6f, 0.8f});
            taken.forEach((answer, vector) -> {
                server.then(call -> call.response().end(answer));
                assertArrayEquals(vector, made(embedder.embed("1", LONG)), 1e-6f, () -> shown(answer));
            });
        }
    }

    private static String shown(String answer) {
        return answer.substring(0, Math.min(80, answer.length()));
    }

    @Test
    void vectorsOfOtherDimensionsThanBeforeAreNotTaken() {
        try (HttpEmbedder embedder = embedder()) {
            made(embedder.embed("1", LONG));
            server.then(call -> call.response().end(array("1,2,3")));
            assertEquals(Reason.FAILED, missed(embedder.embed("1", LONG)));
            server.then(Call::vectors);
            made(embedder.embed("1", LONG));
        }
        assertThrows(
                EmbeddingsAnswer.Refused.class,
                () -> EmbeddingsAnswer.read(
                        "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[1,2,3]}]}".getBytes(StandardCharsets.UTF_8),
                        2));
    }

    @Test
    void aServerThatRefusesOrBreaksOffIsNoVector() throws Exception {
        Map<Integer, Reason> statuses =
                Map.of(500, Reason.FAILED, 401, Reason.FAILED, 302, Reason.FAILED, 429, Reason.BUSY, 503, Reason.BUSY);
        try (HttpEmbedder embedder = embedder()) {
            statuses.forEach((status, reason) -> {
                server.then(call -> call.response()
                        .setStatusCode(status)
                        .putHeader("Location", server.url() + "/other")
                        .end(array("1,2")));
                assertEquals(reason, missed(embedder.embed("1", LONG)), "status " + status);
            });
            assertEquals(statuses.size(), server.calls(), "no redirect is followed");
            server.then(call -> call.request().connection().close());
            assertEquals(Reason.FAILED, missed(embedder.embed("1", LONG)));
            server.then(call -> {
                var unused = call.response()
                        .setChunked(true)
                        .write("{\"data\":[")
                        .onSuccess(sent -> call.request().connection().close());
            });
            assertEquals(Reason.FAILED, missed(embedder.embed("1", LONG)));
            server.then(Call::vectors);
            assertDirection(9, embedder.embed("9", LONG));
        }
        assertEquals(5, counts.missed(Reason.FAILED));
        assertEquals(2, counts.missed(Reason.BUSY));
    }

    @Test
    void whatIsUnderWayAndWhatWaitsFailsAtTheEnd() throws Exception {
        server.then(call -> {});
        HttpEmbedder embedder = embedder();
        List<Future<float[]>> asked = new ArrayList<>();
        for (int i = 0; i < HttpEmbedder.MAX_REQUESTS; i++) {
            asked.add(embedder.embed("1", LONG));
            server.call();
        }
        asked.add(embedder.embed("1", LONG));
        embedder.close();
        asked.add(embedder.embed("1", LONG));
        asked.forEach(vector -> assertEquals(Reason.FAILED, missed(vector)));
        assertEquals(asked.size(), counts.missed(Reason.FAILED));
        assertFalse(asked.stream().anyMatch(Future::succeeded));
    }

    /** Many from many threads, with a server that fails now and then: each gets its own vector or none, and no place is lost. */
    @Test
    void noneIsMixedUpAndNoPlaceIsLost() throws Exception {
        server.then(call -> {
            if (call.body().contains("7")) {
                call.response().setStatusCode(500).end();
            } else if (call.body().contains("99")) {
                call.request().connection().close();
            } else {
                call.vectors();
            }
        });
        try (HttpEmbedder embedder = embedder()) {
            List<Thread> threads = new ArrayList<>();
            List<String> wrong = Collections.synchronizedList(new ArrayList<>());
            for (int t = 0; t < 4; t++) {
                int first = t;
                threads.add(Thread.startVirtualThread(() -> {
                    for (int i = first; i < 600; i += 4) {
                        int number = i;
                        Future<float[]> vector = embedder.embed(Integer.toString(number), LONG);
                        var unused = vector.onSuccess(given -> {
                            if (Math.abs(given[0] - direction(number)[0]) > 1e-5) {
                                wrong.add("" + number);
                            }
                        });
                        if (i % 5 == 0) {
                            missedOrMade(vector);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            server.then(Call::vectors);
            assertDirection(3, embedder.embed("3", LONG));
            assertEquals(List.of(), wrong);
        }
        long all = counts.made();
        for (Reason reason : Reason.values()) {
            all += counts.missed(reason);
        }
        assertEquals(601, all);
        assertTrue(counts.made() > 1 && counts.missed(Reason.FAILED) > 0);
    }
}
