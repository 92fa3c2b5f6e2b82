package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.tenancy.NewKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five thousand requests of all kinds to a gateway that is killed again and again, and started on the same store: every
 * answer that a client has whole is in the ledger once, with the usage that the client was told; every stream that a client
 * left is there once; nothing else is.
 */
@Timeout(300)
final class LedgerTruthTest {
    private static final int REQUESTS = 5_000;
    private static final int CLIENTS = 16;
    private static final int KILLS = 5;
    private static final long SEED = Long.getLong("penstock.truth.seed", 20_261_128);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Whoever left so long before a kill was noticed before it. */
    private static final long NOTICED_NANOS = Duration.ofSeconds(2).toNanos();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private final NewKey first = NewKey.generate("first", Optional.empty(), new SecureRandom());
    private final NewKey second = NewKey.generate("second", Optional.empty(), new SecureRandom());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, TellingUpstream.Told> told = TellingUpstream.memory();
    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Optional<ChildGateway> gateway = Optional.empty();

    /** How a request ended for its client. */
    private enum End {
        /** A whole answer that a worker gave. */
        ANSWERED,
        /** A whole answer that had been given before. */
        REPLAYED,
        /** An error, told in full, after a worker was asked. */
        FAILED,
        /** An error of the gateway's, before anybody was asked. */
        REFUSED,
        /** The client left amid a stream. */
        LEFT,
        /** The gateway died, or may have before it noticed that the client had left. */
        UNKNOWN
    }

    /**
     * One request that was sent.
     *
     * @param id as it stands in the ledger
     * @param reason why who answered was chosen
     * @param prompt tokens, as the client was told
     */
    private record Sent(
            String id, String kind, String key, String model, End end, String reason, long prompt, long completion) {}

    /** One entry of the ledger. */
    private record Entry(String key, String model, String outcome, long prompt, long completion, boolean estimated) {}

    private Path config(TellingUpstream one, TellingUpstream two) throws IOException {
        String models = "[{name: m, price: {input-per-million: 1, output-per-million: 2}}, {name: small}, {name: big},"
                + " {name: vectors, capabilities: [embedding]}]";
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                process: {event-loops: 2}
                log: {level: warn}
                health: {probe-interval: 100ms, probe-timeout: 10s, failures-in-row: 1000, min-success-rate: 0}
                clocks: {queue-wait: 30s}
                routing: {hedge: {budget: 0.2}}
                store: {directory: data}
                auth:
                  mode: keys
                  keys:
                    - {id: first, hash: "%s", models: ['*'], tenant: acme}
                    - {id: second, hash: "%s", models: ['*'], tenant: zeta}
                models: [{name: thrifty, cascade: {stages: [small, big], min-confidence: 0.9}}]
                upstreams:
                  - {id: one, url: %s/v1, models: %s}
                  - {id: two, url: %s/v1, models: %s}
                """.formatted(first.hash(), second.hash(), one.url(), models, two.url(), models);
        return Files.writeString(directory.resolve("gateway.yaml"), yaml);
    }

    private ChildGateway running() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (gateway.isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "no gateway came back");
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        return gateway.get();
    }

    /** One that a client wants, by its number: again, until it is answered or refused for good. */
    private void want(int number) {
        Random random = new Random(SEED * 31 + number);
        NewKey key = random.nextBoolean() ? first : second;
        String kind = kind(random);
        boolean idempotent = random.nextInt(5) == 0 && !kind.equals("endless");
        boolean stream = !kind.equals("embed") && !kind.endsWith("sure") && random.nextBoolean();
        int prompt = 1 + random.nextInt(1_000);
        int completion = kind.equals("embed") ? 0 : 1 + random.nextInt(500);
        for (int attempt = 0; attempt < 500; attempt++) {
            Optional<String> idempotencyKey = idempotent ? Optional.of("key-" + number) : Optional.empty();
            Sent one = send(number + "-" + attempt, kind, key, stream, prompt, completion, number, idempotencyKey);
            sent.add(one);
            if (one.end() == End.ANSWERED && idempotent) {
                // As an SDK does whose connection broke after all.
                sent.add(send(number + "-again", kind, key, stream, prompt, completion, number, idempotencyKey));
            }
            if (one.end() != End.UNKNOWN && one.end() != End.REFUSED) {
                break;
            }
            if (one.end() == End.UNKNOWN && kind.equals("endless")) {
                break;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        done.incrementAndGet();
    }

    private static String kind(Random random) {
        int drawn = random.nextInt(100);
        return drawn < 50
                ? "plain"
                : drawn < 60
                        ? "embed"
                        : drawn < 65
                                ? "fail"
                                : drawn < 70
                                        ? "drop"
                                        : drawn < 74
                                                ? "refuse"
                                                : drawn < 78
                                                        ? "cut"
                                                        : drawn < 84
                                                                ? "endless"
                                                                : drawn < 91 ? "sure" : drawn < 98 ? "unsure" : "slow";
    }

    private Sent send(
            String id,
            String kind,
            NewKey key,
            boolean wantsStream,
            int prompt,
            int completion,
            int number,
            Optional<String> idempotencyKey) {
        ChildGateway asked = running();
        boolean stream = wantsStream || kind.equals("cut") || kind.equals("endless");
        String model = kind.equals("embed") ? "vectors" : kind.endsWith("sure") ? "thrifty" : "m";
        // The same bytes each time it is sent with its key; workers tell requests apart by it.
        String order = "[" + (idempotencyKey.isPresent() ? number + "-k" : id) + " " + kind + " " + prompt + " "
                + completion + "]";
        String body = kind.equals("embed")
                ? "{\"model\":\"vectors\",\"input\":\"" + order + "\"}"
                : "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + order + "\"}]"
                        + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "") + "}";
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(asked.api() + (kind.equals("embed") ? "/v1/embeddings" : "/v1/chat/completions")))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .header("x-request-id", id)
                .header("authorization", "Bearer " + key.key())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        idempotencyKey.ifPresent(name -> request.header("idempotency-key", name));
        End end = End.UNKNOWN;
        String text = "";
        String reason = "";
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            boolean worker = answer.headers().firstValue("x-penstock-worker").isPresent();
            reason = answer.headers().firstValue("x-penstock-reason").orElse("");
            boolean replayed =
                    answer.headers().firstValue("x-penstock-idempotent-replay").isPresent();
            if (kind.equals("endless") && answer.statusCode() == 200) {
                try (InputStream in = answer.body()) {
                    in.readNBytes(40);
                }
                return new Sent(id, kind, key.id(), model, left(asked), "", 0, 0);
            }
            StringBuilder all = new StringBuilder();
            boolean ended = read(answer.body(), all);
            text = all.toString();
            if (answer.statusCode() == 200 && (stream ? text.contains("data: [DONE]") : ended)) {
                end = replayed ? End.REPLAYED : End.ANSWERED;
            } else if (text.contains("event: error") || (ended && answer.statusCode() != 200)) {
                end = worker ? End.FAILED : End.REFUSED;
            }
        } catch (IOException died) {
            end = End.UNKNOWN;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        long[] usage = end == End.ANSWERED || end == End.REPLAYED ? usage(text, stream) : new long[2];
        return new Sent(id, kind, key.id(), model, end, reason, usage[0], usage[1]);
    }

    /** Whether the gateway has had the time to notice that its client has left. */
    private static End left(ChildGateway asked) {
        long left = System.nanoTime();
        while (System.nanoTime() - left < NOTICED_NANOS / 10) {
            if (asked.killedNanos().isPresent()) {
                return End.UNKNOWN;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        return End.LEFT;
    }

    /** Whether the body ended as HTTP says it must. */
    private static boolean read(InputStream body, StringBuilder into) {
        byte[] piece = new byte[8192];
        try (body) {
            for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
                into.append(new String(piece, 0, length, StandardCharsets.UTF_8));
            }
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private static long[] usage(String text, boolean stream) {
        String json = stream
                ? text.lines()
                        .filter(line -> line.contains("\"usage\":{"))
                        .reduce((one, later) -> later)
                        .orElseThrow()
                        .substring(6)
                : text;
        try {
            JsonNode usage = MAPPER.readTree(json).path("usage");
            return new long[] {
                usage.path("prompt_tokens").asLong(),
                usage.path("completion_tokens").asLong()
            };
        } catch (IOException broken) {
            throw new AssertionError(text, broken);
        }
    }

    private JsonNode report(String query) throws Exception {
        return MAPPER.readTree(client.send(
                        HttpRequest.newBuilder(running().admin().resolve("/admin/usage" + query))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    void theLedgerIsTrueWhateverDies() throws Exception {
        System.out.println("seed " + SEED);
        try (TellingUpstream one = new TellingUpstream(told);
                TellingUpstream two = new TellingUpstream(told);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            Path config = config(one, two);
            Path log = directory.resolve("gateway.log");
            gateway = Optional.of(ChildGateway.start(config, directory, log));
            AtomicInteger next = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    for (int number = next.getAndIncrement(); number < REQUESTS; number = next.getAndIncrement()) {
                        want(number);
                    }
                }));
            }
            Random random = new Random(SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                int after = REQUESTS * (2 * kill + 1) / (2 * KILLS + 1) + random.nextInt(REQUESTS / 12);
                while (done.get() < after) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                }
                ChildGateway dying = running();
                gateway = Optional.empty();
                dying.kill();
                gateway = Optional.of(ChildGateway.start(config, directory, log));
            }
            for (Future<?> one1 : running) {
                one1.get();
            }
            Eventually.await(
                    "the store to have everything",
                    () -> report("").path("waiting").asLong(-1) == 0);
            JsonNode reported = report("?group_by=key,model").path("usage");
            running().kill();
            List<Map.Entry<String, Entry>> entries = entries();
            compare(entries);
            assertReported(entries, reported);
        } finally {
            client.close();
            gateway.ifPresent(left -> {
                try {
                    left.kill();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    private List<Map.Entry<String, Entry>> entries() throws Exception {
        List<Map.Entry<String, Entry>> entries = new ArrayList<>();
        String url = "jdbc:h2:file:" + directory.resolve("data/penstock") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
        try (Connection connection = DriverManager.getConnection(url, "penstock", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select request_id, api_key, model_served, outcome,"
                        + " prompt_tokens, completion_tokens, estimated from ledger")) {
            while (row.next()) {
                entries.add(Map.entry(
                        row.getString(1),
                        new Entry(
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getBoolean(7))));
            }
        }
        return entries;
    }

    private void compare(List<Map.Entry<String, Entry>> entries) {
        Map<String, Entry> byId = new TreeMap<>();
        for (Map.Entry<String, Entry> entry : entries) {
            assertEquals(null, byId.put(entry.getKey(), entry.getValue()), "twice: " + entry);
        }
        Map<String, Integer> seen = new TreeMap<>();
        for (Sent one : sent) {
            Optional<Entry> entry = Optional.ofNullable(byId.remove(one.id()));
            seen.merge(
                    one.end() + " " + one.kind() + (one.reason().contains("nobody larger") ? " small" : ""),
                    1,
                    Integer::sum);
            switch (one.end()) {
                case ANSWERED -> assertTold(one, entry.orElseThrow(() -> new AssertionError("missing: " + one)));
                case FAILED -> assertTrue(entry.isPresent(), () -> "missing: " + one);
                case LEFT -> {
                    assertTrue(entry.isPresent(), () -> "missing: " + one);
                    assertEquals("client_gone", entry.get().outcome());
                    assertTrue(entry.get().completion() >= 1 && entry.get().estimated(), () -> one + ": " + entry);
                }
                case REPLAYED, REFUSED -> assertTrue(entry.isEmpty(), () -> one + ": " + entry);
                case UNKNOWN -> {} // once or not at all
            }
        }
        assertEquals(Map.of(), byId, "entries that nobody asked for");
        System.out.println(seen);
        for (String kind : List.of("plain", "embed", "fail", "drop", "sure", "unsure", "slow")) {
            assertTrue(seen.getOrDefault("ANSWERED " + kind, 0) > 20, kind + ": " + seen);
        }
        for (String end : List.of("FAILED refuse", "FAILED cut", "LEFT endless", "REPLAYED plain")) {
            assertTrue(seen.getOrDefault(end, 0) > 20, end + ": " + seen);
        }
    }

    /** What the client was told; of a cascade, what both of its models told; with a hedge, that at least. */
    private void assertTold(Sent one, Entry entry) {
        boolean cascade = one.model().equals("thrifty");
        boolean hedged = entry.estimated(); // of a copy that lost
        String what = one + ": " + entry;
        assertEquals(one.key(), entry.key(), what);
        assertEquals("ok", entry.outcome(), what);
        if (hedged) {
            assertTrue(entry.prompt() >= one.prompt() && entry.completion() >= one.completion(), what);
        } else if (cascade) {
            int times = one.kind().equals("unsure") && !one.reason().contains("nobody larger") ? 2 : 1;
            assertEquals(times * one.prompt(), entry.prompt(), what);
            assertEquals(times * one.completion(), entry.completion(), what);
        } else {
            assertEquals(one.prompt(), entry.prompt(), what);
            assertEquals(one.completion(), entry.completion(), what);
        }
    }

    private static void assertReported(List<Map.Entry<String, Entry>> entries, JsonNode reported) {
        Map<String, List<Long>> sums = new TreeMap<>();
        for (Map.Entry<String, Entry> entry : entries) {
            Entry its = entry.getValue();
            sums.merge(
                    its.key() + " " + its.model(),
                    List.of(1L, its.prompt(), its.completion()),
                    (x, y) -> List.of(x.get(0) + y.get(0), x.get(1) + y.get(1), x.get(2) + y.get(2)));
        }
        Map<String, List<Long>> lines = new TreeMap<>();
        for (JsonNode line : reported) {
            lines.put(
                    line.path("key").asText() + " " + line.path("model").asText(),
                    List.of(
                            line.path("requests").asLong(),
                            line.path("prompt_tokens").asLong(),
                            line.path("completion_tokens").asLong()));
        }
        assertEquals(sums, lines);
    }
}
