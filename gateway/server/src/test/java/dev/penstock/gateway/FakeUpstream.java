package dev.penstock.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server in OpenAI's shape that says "one two three"; its streams wait after the first word until they may go on. */
final class FakeUpstream implements AutoCloseable {
    static final String KEY = "upstream-canary-key";

    /** What each answer says that it used, unless told to say otherwise. */
    static final long TOKENS = 8;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch whole = new CountDownLatch(0);
    private volatile String usage = "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8}";
    private volatile Optional<String> loadReport = Optional.empty();

    FakeUpstream() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Bodies of requests, in the order of their coming. */
    List<String> bodies() {
        return bodies;
    }

    /** Headers of requests, but for what opens this server. */
    List<String> headers() {
        return headers;
    }

    /** From now on answers say this of the server's load. */
    void reportLoad(String endpointLoadMetrics) {
        loadReport = Optional.of(endpointLoadMetrics);
    }

    /** From now on answers say that they used this. */
    void use(String json) {
        usage = "\"usage\":" + json;
    }

    /** From now on streams wait after their first word, until the latch is counted down. */
    CountDownLatch holdStreams() {
        gate = new CountDownLatch(1);
        return gate;
    }

    /** From now on whole answers wait, until the latch is counted down. */
    CountDownLatch holdAnswers() {
        whole = new CountDownLatch(1);
        return whole;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            whole(exchange, 401, "{\"error\":{\"message\":\"who are you?\"}}");
            return;
        }
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/v1/models")) {
            whole(exchange, 200, "{\"object\":\"list\",\"data\":[]}");
            return;
        }
        bodies.add(body);
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.add(name.equalsIgnoreCase("authorization") ? name : name + values));
        switch (path) {
            case "/v1/chat/completions" -> {
                if (body.contains("\"stream\":true")) {
                    stream(exchange);
                } else {
                    pass(whole);
                    whole(
                            exchange,
                            200,
                            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"inner\","
                                    + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"one two three\","
                                    + "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]," + usage
                                    + "}");
                }
            }
            case "/v1/embeddings" ->
                whole(
                        exchange,
                        200,
                        "{\"object\":\"list\",\"model\":\"vectors\",\"data\":[{\"object\":\"embedding\","
                                + "\"index\":0,\"embedding\":[0.5,0.25]}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}");
            default -> whole(exchange, 404, "{}");
        }
    }

    private void whole(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        loadReport.ifPresent(report -> exchange.getResponseHeaders().set("endpoint-load-metrics", report));
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            frame(out, chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
            frame(out, chunk("{\"content\":\"one \"}", "null"));
            out.flush();
            pass(gate);
            frame(out, chunk("{\"content\":\"two three\"}", "null"));
            frame(out, chunk("{}", "\"stop\""));
            frame(
                    out,
                    "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"inner\",\"choices\":[],"
                            + usage + "}");
            frame(out, "[DONE]");
        }
    }

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody let the answer go on");
            }
        } catch (InterruptedException end) {
            throw new InterruptedIOException("closed");
        }
    }

    private static String chunk(String delta, String finish) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"inner\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}]}";
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
