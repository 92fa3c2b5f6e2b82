package dev.penstock.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A worker that does what the prompt says, {@code [id kind prompt completion]}, and remembers what it told of usage. Kinds:
 * {@code plain}, {@code slow}, {@code refuse} (400), {@code fail} (500 to the first try), {@code drop} (no answer to the
 * first try), {@code cut} (a stream that ends early), {@code endless} (a stream until its client leaves), {@code unsure} and
 * {@code sure} (the small model's log probabilities).
 */
final class TellingUpstream implements AutoCloseable {
    private static final Pattern ORDER = Pattern.compile("\\[(\\S+) (\\S+) (\\d+) (\\d+)]");
    private static final Duration SLOW = Duration.ofMillis(400);

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Told> told;

    /** What was told of one request, by all workers that share the map. */
    static final class Told {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger prompt = new AtomicInteger();
        final AtomicInteger completion = new AtomicInteger();
    }

    TellingUpstream(Map<String, Told> told) throws IOException {
        this.told = told;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    static Map<String, Told> memory() {
        return new ConcurrentHashMap<>();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher order = ORDER.matcher(body);
        if (!order.find()) {
            whole(exchange, 200, "{\"object\":\"list\",\"data\":[]}");
            return;
        }
        Told its = told.computeIfAbsent(order.group(1), id -> new Told());
        boolean first = its.asked.incrementAndGet() == 1;
        String kind = order.group(2);
        int prompt = Integer.parseInt(order.group(3));
        int completion = Integer.parseInt(order.group(4));
        if (kind.equals("slow")) {
            LockSupport.parkNanos(first ? SLOW.toNanos() : 0);
        }
        if (kind.equals("refuse")) {
            whole(exchange, 400, "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}");
        } else if (kind.equals("fail") && first) {
            whole(exchange, 500, "{}");
        } else if (kind.equals("drop") && first) {
            exchange.close();
        } else if (exchange.getRequestURI().getPath().endsWith("/embeddings")) {
            its.prompt.addAndGet(prompt);
            whole(
                    exchange,
                    200,
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5]}],"
                            + "\"usage\":{\"prompt_tokens\":" + prompt + ",\"total_tokens\":" + prompt + "}}");
        } else {
            its.prompt.addAndGet(prompt);
            its.completion.addAndGet(completion);
            String usage = "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion
                    + ",\"total_tokens\":" + (prompt + completion) + "}";
            if (body.contains("\"stream\":true")) {
                stream(exchange, kind, usage);
            } else {
                double logprob = kind.equals("unsure") && body.contains("\"small\"") ? -3 : -0.001;
                whole(
                        exchange,
                        200,
                        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"logprobs\":"
                                + "{\"content\":[{\"token\":\"hi\",\"logprob\":" + logprob + ",\"top_logprobs\":[]}]},"
                                + "\"finish_reason\":\"stop\"}]," + usage + "}");
            }
        }
    }

    private static void whole(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static void stream(HttpExchange exchange, String kind, String usage) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        frame(out, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}");
        if (kind.equals("cut")) {
            exchange.close();
            return;
        }
        while (kind.equals("endless")) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            frame(out, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\" on\"},\"finish_reason\":null}]}");
        }
        frame(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        frame(out, "{\"choices\":[]," + usage + "}");
        frame(out, "[DONE]");
        out.close();
    }

    private static void frame(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
