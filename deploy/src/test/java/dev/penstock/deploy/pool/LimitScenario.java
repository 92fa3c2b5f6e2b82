package dev.penstock.deploy.pool;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.tenancy.NewKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Three gateways as real processes, and keys of which twice as much is asked as their limits allow: how much is admitted, of
 * what one bucket would admit.
 */
final class LimitScenario {
    private static final int PROMPT_TOKENS = 20;
    private static final int ANSWER_TOKENS = 30;
    private static final int TOKENS = PROMPT_TOKENS + ANSWER_TOKENS;
    /** Requests a second that a limit allows, and those at a stretch. */
    private static final int RATE = 10;

    private static final int BURST = 100;
    private static final String WARM = "warm";
    private static final String BODY =
            "{\"model\":\"m\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"What is two plus three?\"}]}";

    private final Map<String, NewKey> keys = new LinkedHashMap<>();
    private final List<Measured> measured = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Where a key's requests go. */
    private record Shape(String name, int first, int second, int third) {
        static final Shape EVEN = new Shape("even", 1, 1, 1);
        static final Shape SKEWED = new Shape("skewed 8:1:1", 8, 1, 1);

        int draw(SplittableRandom random) {
            int drawn = random.nextInt(first + second + third);
            return drawn < first ? 0 : drawn < first + second ? 1 : 2;
        }
    }

    /**
     * What came of one key, in requests.
     *
     * @param allowed by one bucket: {@code C + rT}
     */
    record Measured(String key, String shape, long admitted, long refused, long other, double allowed) {
        /** How much too much was admitted, in percent; below 0 too little. */
        double over() {
            return 100 * (admitted / allowed - 1);
        }
    }

    List<Measured> measured() {
        return List.copyOf(measured);
    }

    String report() {
        StringBuilder text = new StringBuilder();
        for (Measured one : measured) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-22s %-14s admitted %5d of %7.1f (%+5.2f %%), refused %5d, other %d%n",
                    one.key(),
                    one.shape(),
                    one.admitted(),
                    one.allowed(),
                    one.over(),
                    one.refused(),
                    one.other()));
        }
        return text.toString();
    }

    /**
     * Runs it.
     *
     * @param seconds how long each load lasts
     */
    void run(Path directory, int seconds) throws Exception {
        HttpServer engine = engine();
        for (String unit : List.of("requests", "tokens")) {
            for (String mode : List.of("exact", "leased")) {
                for (String shape : List.of("even", "skewed", "cut")) {
                    key(unit + "-" + mode + "-" + shape);
                }
            }
        }
        key(WARM);
        try (ProcessPool pool = ProcessPool.limited(directory, configuration(engine), 3)) {
            for (ProcessPool.Gateway gateway : pool.gateways()) {
                Poll.until("a cluster of three", () -> pool.members(gateway) == 3);
                Poll.until("an answer", () -> status(gateway, WARM) == 200);
                for (int i = 0; i < 60; i++) {
                    status(gateway, WARM); // lengths of answers are learned
                }
            }
            together(pool, seconds, "even", Shape.EVEN);
            together(pool, seconds, "skewed", Shape.SKEWED);
            cut(pool, seconds);
        } finally {
            engine.stop(0);
            http.close();
        }
    }

    private void key(String id) {
        keys.put(id, NewKey.generate(id, Optional.empty(), new Random(id.hashCode())));
    }

    private String configuration(HttpServer engine) {
        StringBuilder text = new StringBuilder("auth:\n  mode: keys\n  keys:\n");
        keys.forEach((id, key) -> {
            long times = id.startsWith("tokens") ? TOKENS : 1;
            String limit = id.equals(WARM)
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "{%s: %d, per: 1m, burst: %d, mode: %s}",
                            id.split("-")[0],
                            RATE * 60 * times,
                            BURST * times,
                            id.split("-")[1]);
            text.append(String.format(
                    Locale.ROOT, "  - {id: %s, hash: \"%s\", models: ['*'], limits: [%s]}%n", id, key.hash(), limit));
        });
        return text.append("upstreams:\n  - {id: up, url: http://127.0.0.1:")
                .append(engine.getAddress().getPort())
                .append("/v1, models: [{name: m}]}\n")
                .toString();
    }

    private static HttpServer engine() throws IOException {
        byte[] answer =
                ("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"five\",\"refusal\":null},\"logprobs\":null,"
                                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":" + PROMPT_TOKENS
                                + ",\"completion_tokens\":" + ANSWER_TOKENS + ",\"total_tokens\":" + TOKENS + "}}")
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

    private int status(ProcessPool.Gateway gateway, String key) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.api().resolve("/v1/chat/completions"))
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .header(
                        "authorization",
                        "Bearer " + Objects.requireNonNull(keys.get(key)).key())
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private void together(ProcessPool pool, int seconds, String suffix, Shape shape) throws Exception {
        drive(pool, seconds, suffix, shape, events -> {});
    }

    /** All links of the cluster are cut for the middle of the time, so that each gateway is alone. */
    private void cut(ProcessPool pool, int seconds) throws Exception {
        drive(pool, 3 * seconds, "cut", new Shape("each cut off", 1, 1, 1), events -> {
            var unused = events.schedule(
                    () -> pool.gateways().forEach(gateway -> gateway.cluster().cut()), seconds / 2, TimeUnit.SECONDS);
            var unusedToo = events.schedule(
                    () -> pool.gateways().forEach(gateway -> gateway.cluster().mend()),
                    seconds / 2 + seconds,
                    TimeUnit.SECONDS);
        });
    }

    private void drive(
            ProcessPool pool, int seconds, String suffix, Shape shape, Consumer<ScheduledExecutorService> meanwhile) {
        List<Load> loads = keys.keySet().stream()
                .filter(id -> id.endsWith("-" + suffix))
                .map(id -> new Load(id, shape, pool.gateways(), seconds))
                .toList();
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService events = Executors.newSingleThreadScheduledExecutor()) { // which ends first
            loads.forEach(load -> load.schedule(events, requests));
            meanwhile.accept(events);
        }
        loads.forEach(load -> measured.add(load.measured()));
    }

    /** Poisson arrivals of twice the rate of one key's limit. */
    private final class Load {
        private final String key;
        private final Shape shape;
        private final List<ProcessPool.Gateway> gateways;
        private final int seconds;
        private final SplittableRandom random;
        private long begun;
        private long lastNanos;
        private long admitted;
        private long refused;
        private long other;

        Load(String key, Shape shape, List<ProcessPool.Gateway> gateways, int seconds) {
            this.key = key;
            this.shape = shape;
            this.gateways = gateways;
            this.seconds = seconds;
            this.random = new SplittableRandom(key.hashCode());
        }

        /** Every arrival at its time, however long those before it take. */
        void schedule(ScheduledExecutorService events, ExecutorService requests) {
            begun = System.nanoTime();
            double due = 0;
            while (due < seconds) {
                due += -Math.log(1 - random.nextDouble()) / (2 * RATE);
                ProcessPool.Gateway gateway = gateways.get(shape.draw(random));
                var unused = events.schedule(
                        () -> requests.execute(() -> ask(gateway)), (long) (due * 1e9), TimeUnit.NANOSECONDS);
            }
        }

        private void ask(ProcessPool.Gateway gateway) {
            try {
                int status = status(gateway, key);
                counted(status);
            } catch (InterruptedException e) {
                counted(0);
            }
        }

        private synchronized void counted(int status) {
            if (status == 200) {
                admitted++;
                lastNanos = System.nanoTime();
            } else if (status == 429) {
                refused++;
            } else {
                other++;
            }
        }

        synchronized Measured measured() {
            double lasted = (lastNanos - begun) / 1e9;
            return new Measured(key, shape.name(), admitted, refused, other, BURST + RATE * lasted);
        }
    }
}
