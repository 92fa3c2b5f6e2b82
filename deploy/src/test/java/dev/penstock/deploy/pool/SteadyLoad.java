package dev.penstock.deploy.pool;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One client that asks one gateway again and again, and remembers what failed. */
final class SteadyLoad {
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final HttpClient http;
    private final URI gateway;
    private final String body;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Thread thread;
    private volatile boolean running = true;

    SteadyLoad(HttpClient http, URI gateway, String model) {
        this.http = http;
        this.gateway = gateway;
        this.body = "{\"model\":\"" + model + "\",\"input\":\"a short text\"}";
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        while (running) {
            try {
                ask();
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void ask() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/v1/embeddings"))
                .timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                answered.incrementAndGet();
            } else {
                failures.add(response.statusCode() + " " + response.body());
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    int answered() {
        return answered.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits for the answer that is on its way. */
    void stop() throws InterruptedException {
        running = false;
        thread.join();
    }
}
