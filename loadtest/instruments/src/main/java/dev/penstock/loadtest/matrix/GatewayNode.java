package dev.penstock.loadtest.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;

/** A gateway process under test, and what it says of itself. */
public final class GatewayNode {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final ChildProcess process;
    private final Path file;
    private final int port;
    private final int adminPort;

    GatewayNode(HttpClient http, ChildProcess process, Path file, int port, int adminPort) {
        this.http = http;
        this.process = process;
        this.file = file;
        this.port = port;
        this.adminPort = adminPort;
    }

    /** Its process. */
    public ChildProcess process() {
        return process;
    }

    /** Where it is asked. */
    public URI api() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The port of its API. */
    public int port() {
        return port;
    }

    /** Where operators ask it. */
    public URI admin() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** Writes its configuration anew, at once as a whole; it may look at it within a second. */
    public void rewrite(GatewayFile next) throws IOException {
        rewrite(next.yaml(port, adminPort));
    }

    /** Writes any text as its configuration. */
    public void rewrite(String yaml) throws IOException {
        Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), yaml);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether load balancers are told to send it requests. */
    public boolean ready() throws InterruptedException {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    /** The pool as it sees it. */
    public JsonNode pool() throws IOException, InterruptedException {
        return JSON.readTree(get("/pool").body());
    }

    /** A worker as it sees it; a missing node where it knows none of that name. */
    public JsonNode worker(String id) throws IOException, InterruptedException {
        for (JsonNode worker : pool().path("workers")) {
            if (worker.path("id").asText().equals(id)) {
                return worker;
            }
        }
        return JSON.missingNode();
    }

    /** Whether it sends requests to a worker. */
    public boolean routes(String id) throws IOException, InterruptedException {
        return worker(id).path("state").asText().equals("available");
    }

    /** The sum of a metric over all labels; a label may be given with it, as {@code name{label="value"}}. */
    public double metric(String name) throws IOException, InterruptedException {
        String wanted = name.contains("{") ? name.substring(0, name.indexOf('{')) : name;
        String label = name.contains("{") ? name.substring(name.indexOf('{') + 1, name.indexOf('}')) : "";
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(wanted + "{") || line.startsWith(wanted + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Lines of its log that say that something is broken in it. */
    public long errorLines() throws IOException {
        try (Stream<String> lines = Files.lines(process.log())) {
            return lines.filter(line -> line.contains(" ERROR ")).count();
        }
    }

    /** Bytes of its heap that are in use after a full collection. */
    public long heapBytes() throws IOException, InterruptedException {
        return HeapProbe.usedAfterCollection(process.pid());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(admin().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
