package dev.penstock.deploy.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.tenancy.NewKey;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Three gateways, one PostgreSQL database, keys of every kind, and all that goes wrong meanwhile. */
final class TenancyScenario {
    /** Requests an hour, taken one by one. */
    static final int EXACT = 120;
    /** Requests an hour, taken ahead. */
    static final int LEASED = 400;
    /** What one key may spend, for good. */
    static final long BUDGET_NANOS = 5_000_000;

    private static final int PACE_MILLIS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROMPT_TOKENS = 20;
    private static final int ANSWER_TOKENS = 30;
    private static final String PROMPT = "canary-prompt-of-this-test";
    private static final String BODY =
            "{\"model\":\"m\",\"max_tokens\":40,\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]}";
    private static final List<String> STATIC =
            List.of("warm", "free", "exact", "leased", "poor", "denied", "expired", "elsewhere");
    private static final List<String> LOADED = List.of("free", "exact", "leased", "poor", "made");

    private final Map<String, String> keys = new ConcurrentHashMap<>();
    private final Map<String, String> hashes = new LinkedHashMap<>();
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
    private final Map<String, Entries> ledger = new LinkedHashMap<>();
    private final StringBuilder course = new StringBuilder();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private double revokedSeconds = Double.NaN;
    private long spent = -1;
    private String leaked = "";

    /**
     * What came of one key's requests, at gateways that were alive.
     *
     * @param lost what a gateway did not answer since it was killed: nobody knows how far it came
     */
    record Counts(long answered, long refused, long failed, long lost, long tokens, long nanoUsd) {}

    /** What the ledger has of one key. */
    record Entries(long requests, long tokens, long nanoUsd) {}

    private static final class Tally {
        final AtomicLong answered = new AtomicLong();
        final AtomicLong refused = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLong lost = new AtomicLong();
        final AtomicLong tokens = new AtomicLong();
        final AtomicLong nanoUsd = new AtomicLong();
    }

    Counts of(String key) {
        Tally tally = tally(key);
        return new Counts(
                tally.answered.get(),
                tally.refused.get(),
                tally.failed.get(),
                tally.lost.get(),
                tally.tokens.get(),
                tally.nanoUsd.get());
    }

    private Tally tally(String key) {
        return tallies.computeIfAbsent(key, none -> new Tally());
    }

    Map<String, Entries> ledger() {
        return Map.copyOf(ledger);
    }

    double revokedSeconds() {
        return revokedSeconds;
    }

    /** Of the budget, what the store says is settled, in billionths of a dollar. */
    long spent() {
        return spent;
    }

    /** Which canary is in which log; empty where none is. */
    String leaked() {
        return leaked;
    }

    String report() {
        StringBuilder text = new StringBuilder(course);
        for (String key : LOADED) {
            text.append(String.format(Locale.ROOT, "%-8s %s%n         ledger %s%n", key, of(key), ledger.get(key)));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "revoked everywhere after %.2f s; of a budget of %d billionths %d are settled%n",
                        revokedSeconds,
                        BUDGET_NANOS,
                        spent))
                .toString();
    }

    void run(Path directory) throws Exception {
        HttpServer engine = engine();
        for (String id : STATIC) {
            NewKey key = NewKey.generate(id, Optional.empty(), new Random(id.hashCode()));
            keys.put(id, key.key());
            hashes.put(id, key.hash().toString());
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                CuttableLink database = new CuttableLink(postgres.getPort());
                ProcessPool pool = ProcessPool.limited(directory, configuration(engine, database), 3)) {
            for (ProcessPool.Gateway gateway : pool.gateways()) {
                Poll.until("a cluster of three", () -> pool.members(gateway) == 3);
                Poll.until(
                        "the store",
                        () -> admin(gateway, "GET", "/admin/keys", "").statusCode() == 200);
                Poll.until("an answer", () -> status(gateway, "warm") == 200);
            }
            load(pool, database);
            settle(pool);
            leaked = leaked(pool);
        } finally {
            engine.stop(0);
            http.close();
        }
    }

    private String configuration(HttpServer engine, CuttableLink database) {
        Map<String, String> scopes = Map.of(
                "warm", "models: ['*']",
                "free", "models: ['*']",
                "exact", "models: ['*'], limits: [{requests: " + EXACT + ", per: 1h, mode: exact}]",
                "leased", "models: ['*'], limits: [{requests: " + LEASED + ", per: 1h, mode: leased}]",
                "poor", "models: ['*'], budgets: [{usd: 0.005, period: total}]",
                "denied", "models: [other]",
                "expired", "models: ['*'], expires: 2020-01-01T00:00:00Z",
                "elsewhere", "models: ['*'], networks: [203.0.113.0/24]");
        String lines = hashes.entrySet().stream()
                .map(key -> "    - {id: " + key.getKey() + ", hash: '" + key.getValue() + "', tenant: acme, "
                        + scopes.get(key.getKey()) + "}")
                .collect(Collectors.joining("\n"));
        return """
                auth:
                  mode: keys
                  keys:
                %s
                store: {directory: "$NAME", url: "jdbc:postgresql://127.0.0.1:%d/postgres", user: postgres, timeout: 2s}
                upstreams:
                  - id: up
                    url: http://127.0.0.1:%d/v1
                    models: [{name: m, context-tokens: 4096, price: {input-per-million: 1, output-per-million: 2}}]
                """.formatted(lines, database.port(), engine.getAddress().getPort());
    }

    private static HttpServer engine() throws IOException {
        byte[] answer =
                ("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"five\",\"refusal\":null},\"logprobs\":null,"
                                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":" + PROMPT_TOKENS
                                + ",\"completion_tokens\":" + ANSWER_TOKENS + ",\"total_tokens\":"
                                + (PROMPT_TOKENS + ANSWER_TOKENS) + "}}")
                        .getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Every key at every gateway, until everything has happened that is to happen. */
    private void load(ProcessPool pool, CuttableLink database) throws Exception {
        ProcessPool.Gateway first = pool.gateways().get(0);
        ProcessPool.Gateway killed = pool.gateways().get(2);
        AtomicBoolean gone = new AtomicBoolean();
        int count = pool.gateways().size() * LOADED.size();
        try (ScheduledExecutorService clients =
                Executors.newScheduledThreadPool(count, Thread.ofVirtual().factory())) {
            for (ProcessPool.Gateway gateway : pool.gateways()) {
                for (String key : LOADED) {
                    AtomicBoolean left = new AtomicBoolean();
                    var unused = clients.scheduleWithFixedDelay(
                            () -> client(gateway, key, left, gateway.equals(killed) && gone.get()),
                            0,
                            PACE_MILLIS,
                            TimeUnit.MILLISECONDS);
                }
            }
            happen(pool, database, first, killed, gone);
        }
    }

    private void happen(
            ProcessPool pool,
            CuttableLink database,
            ProcessPool.Gateway first,
            ProcessPool.Gateway killed,
            AtomicBoolean gone)
            throws Exception {
        matrix(pool);
        JsonNode made = JSON.readTree(admin(first, "POST", "/admin/keys", "{\"id\":\"made\",\"models\":[\"*\"]}")
                .body());
        keys.put("made", made.path("key").asText());
        for (ProcessPool.Gateway gateway : pool.gateways()) {
            Poll.until("the new key", () -> status(gateway, "made") == 200);
        }
        answered("with all well", 100);
        database.cut();
        answered("without the database", 200);
        matrix(pool);
        database.mend();
        gone.set(true);
        killed.node().kill();
        answered("with a gateway killed", 100);
        assertRefused(pool, first);
        Poll.until(
                "all of the limits to be used",
                () -> of("exact").refused() > 5 && of("leased").refused() > 5);
        Poll.until("all of the budget to be spent", () -> of("poor").refused() > 5);
    }

    private void assertRefused(ProcessPool pool, ProcessPool.Gateway first) throws Exception {
        Poll.until(
                "the store",
                () -> admin(first, "DELETE", "/admin/keys/made", "").statusCode() == 200);
        revokedSeconds = Poll.until(
                "the key to be refused",
                () -> status(pool.gateways().get(0), "made") == 401
                        && status(pool.gateways().get(1), "made") == 401);
    }

    /** Goes on until as many more of the unlimited key's requests are answered. */
    private void answered(String when, int more) throws Exception {
        long before = of("free").answered();
        double seconds = Poll.until(when, () -> of("free").answered() >= before + more);
        course.append(String.format(Locale.ROOT, "%-24s %d answers in %.1f s%n", when, more, seconds));
    }

    /** Who may not, may not at any gateway. */
    private void matrix(ProcessPool pool) throws Exception {
        for (ProcessPool.Gateway gateway : pool.gateways()) {
            expect(404, gateway, "denied");
            expect(401, gateway, "expired");
            expect(403, gateway, "elsewhere");
        }
    }

    private void expect(int status, ProcessPool.Gateway gateway, String key) throws Exception {
        int found = status(gateway, key);
        if (found != status) {
            throw new AssertionError(key + ": " + found + " (expected: " + status + ")");
        }
    }

    /** One request of a client; at a gateway that was killed, its last. */
    private void client(ProcessPool.Gateway gateway, String key, AtomicBoolean left, boolean dead) {
        if (left.get() || !keys.containsKey(key)) {
            return;
        }
        Tally tally = tally(key);
        try {
            count(tally, ask(gateway, key));
        } catch (IOException broken) {
            boolean killed = dead || !gateway.node().alive();
            (killed ? tally.lost : tally.failed).incrementAndGet();
            left.set(killed);
        } catch (InterruptedException ended) {
            left.set(true);
        }
    }

    private static void count(Tally tally, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() == 200) {
            JsonNode usage = JSON.readTree(answer.body()).path("usage");
            tally.tokens.addAndGet(usage.path("total_tokens").asLong());
            tally.nanoUsd.addAndGet(answer.headers()
                    .firstValue("x-penstock-cost-usd")
                    .map(cost -> new BigDecimal(cost).movePointRight(9).longValueExact())
                    .orElse(0L));
            tally.answered.incrementAndGet();
        } else if (answer.statusCode() == 429 || answer.statusCode() == 401) {
            tally.refused.incrementAndGet();
        } else {
            tally.failed.incrementAndGet();
        }
    }

    private HttpResponse<String> ask(ProcessPool.Gateway gateway, String key) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(gateway.api().resolve("/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(20))
                        .header("content-type", "application/json")
                        .header("authorization", "Bearer " + keys.getOrDefault(key, "none"))
                        .POST(HttpRequest.BodyPublishers.ofString(BODY))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Counted, as those of the load are. */
    private int status(ProcessPool.Gateway gateway, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(gateway, key);
        count(tally(key), answer);
        return answer.statusCode();
    }

    private HttpResponse<String> admin(ProcessPool.Gateway gateway, String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(gateway.admin() + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The killed gateway comes back, and what it had in its journal comes to the ledger. */
    private void settle(ProcessPool pool) throws Exception {
        ProcessPool.Gateway first = pool.gateways().get(0);
        List<ProcessPool.Gateway> all = List.of(
                first, pool.gateways().get(1), pool.again(pool.gateways().get(2)));
        for (ProcessPool.Gateway gateway : all) {
            Poll.until(
                    "the journal to be empty",
                    () -> usage(gateway).path("waiting").asLong(-1) == 0);
        }
        for (JsonNode line : usage(first).path("usage")) {
            ledger.put(
                    line.path("key").asText(),
                    new Entries(
                            line.path("requests").asLong(),
                            line.path("prompt_tokens").asLong()
                                    + line.path("completion_tokens").asLong(),
                            nanos(line.path("cost_usd"))));
        }
        for (JsonNode budget :
                JSON.readTree(admin(first, "GET", "/admin/budgets", "").body()).path("budgets")) {
            spent = nanos(budget.path("spent"));
        }
    }

    private JsonNode usage(ProcessPool.Gateway gateway) throws IOException, InterruptedException {
        HttpResponse<String> answer = admin(gateway, "GET", "/admin/usage?group_by=key", "");
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    }

    private static long nanos(JsonNode usd) {
        return usd.decimalValue().movePointRight(9).longValueExact();
    }

    private String leaked(ProcessPool pool) throws IOException {
        StringBuilder found = new StringBuilder();
        for (ProcessPool.Gateway gateway : pool.gateways()) {
            String said = gateway.node().said();
            if (said.contains(PROMPT)) {
                found.append(gateway.node().name()).append(": the prompt\n");
            }
            keys.forEach((id, key) -> {
                if (said.contains(key)) {
                    found.append(gateway.node().name())
                            .append(": the key ")
                            .append(id)
                            .append('\n');
                }
            });
        }
        return found.toString();
    }
}
