package dev.penstock.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that says who it is; requests whose text holds "wait" wait until they may go on. */
final class FakeEngine implements AutoCloseable {
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}";

    private final String name;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger held = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean failing;

    FakeEngine(String name) throws IOException {
        this.name = name;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The heads of requests but probes, a header a line, in lower case. */
    List<String> heads() {
        return heads;
    }

    CountDownLatch hold() {
        gate = new CountDownLatch(1);
        return gate;
    }

    /** How many wait. */
    int held() {
        return held.get();
    }

    /** Whether the next request fails. */
    void failNext(boolean fails) {
        failing = fails;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!exchange.getRequestURI().getPath().equals("/v1/chat/completions")) {
            send(exchange, 200, "application/json", "{\"object\":\"list\",\"data\":[]}");
            return;
        }
        StringBuilder head = new StringBuilder();
        exchange.getRequestHeaders().forEach((key, values) -> head.append(key.toLowerCase(Locale.ROOT))
                .append(": ")
                .append(String.join(",", values))
                .append('\n'));
        heads.add(head.toString());
        if (body.contains("wait")) {
            held.incrementAndGet();
            await();
        }
        if (failing) {
            failing = false;
            send(exchange, 500, "application/json", "{}");
        } else if (body.contains("\"stream\":true")) {
            send(
                    exchange,
                    200,
                    "text/event-stream",
                    frame("{\"role\":\"assistant\",\"content\":\"\"}", "null")
                            + frame("{\"content\":\"from " + name + "\"}", "null")
                            + frame("{}", "\"stop\"")
                            + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                            + USAGE + "}\n\ndata: [DONE]\n\n");
        } else {
            send(
                    exchange,
                    200,
                    "application/json",
                    "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"message\":{\"role\":\"assistant\",\"content\":\"from " + name
                            + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]," + USAGE + "}");
        }
    }

    private void await() throws IOException {
        try {
            if (!gate.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody let the request go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String frame(String delta, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
