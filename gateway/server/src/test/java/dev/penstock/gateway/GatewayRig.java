package dev.penstock.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gateways before one upstream with the models m and n, their public and their admin listeners. */
final class GatewayRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeUpstream upstream = new FakeUpstream();
    private final Path directory;
    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of(
            "UPSTREAM_KEY",
            FakeUpstream.KEY,
            "CLUSTER",
            "a secret of more than 32 characters, for this test",
            "PEPPER",
            "a pepper of some length")));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<GatewayProcess> gateways = new ArrayList<>();

    GatewayRig(Path directory) throws Exception {
        this.directory = directory;
    }

    /** What is not said: free ports, and the upstream. */
    GatewayProcess start(String yaml) throws Exception {
        return start("", yaml);
    }

    /**
     * The same.
     *
     * @param where the upstream is: lines of its configuration
     */
    GatewayProcess start(String where, String yaml) throws Exception {
        String whole = """
                process: {event-loops: 1}
                health: {probe-interval: 50ms, probe-timeout: 10s}
                clocks: {drain: 2s}
                upstreams:
                  - id: up
                    url: %s/v1
                    credential: {type: bearer, secret: env:UPSTREAM_KEY}
                    models: [{name: m}, {name: n}, {name: vectors, capabilities: [embedding]}]
                """.formatted(upstream.url())
                + where
                + (yaml.contains("listener:") ? "" : "listener: {port: 0}\n")
                + (yaml.contains("admin:") ? "" : "admin: {port: 0}\n")
                + yaml;
        GatewayProcess gateway =
                GatewayProcess.start(loader.parse("gateway.yaml", whole, directory, GatewayConfig.class)
                        .orThrow());
        gateways.add(gateway);
        Eventually.await("the upstream to be probed", () -> !gateway.models().isEmpty());
        return gateway;
    }

    void stop(GatewayProcess gateway) {
        gateways.remove(gateway);
        gateway.close();
    }

    /** {@code cluster:} of a gateway that joins those there are. */
    String cluster() {
        List<String> members = gateways.stream()
                .map(each ->
                        "\"127.0.0.1:" + each.clusterAddress().orElseThrow().getPort() + "\"")
                .toList();
        return "cluster: {secret: env:CLUSTER, host: 127.0.0.1, port: 0, members: " + members + "}\n";
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> admin(GatewayProcess gateway, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.adminEndpoint() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!method.equals("GET") && List.of(headers).stream().noneMatch("content-type"::equals)) {
            request.header("content-type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    JsonNode told(HttpResponse<String> answer) throws Exception {
        return JSON.readTree(answer.body());
    }

    /** The key that a request for one is answered with. */
    String newKey(GatewayProcess gateway, String settings) throws Exception {
        HttpResponse<String> answer = admin(gateway, "POST", "/admin/keys", settings);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return told(answer).path("key").asText();
    }

    HttpResponse<String> ask(GatewayProcess gateway, String key, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.endpoint() + path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("authorization", "Bearer " + key);
        }
        return send(request);
    }

    HttpResponse<String> chat(GatewayProcess gateway, String key, String model) throws Exception {
        return ask(
                gateway,
                key,
                "/v1/chat/completions",
                "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    @Override
    public void close() {
        gateways.reversed().forEach(GatewayProcess::close);
        client.close();
        upstream.close();
    }
}
