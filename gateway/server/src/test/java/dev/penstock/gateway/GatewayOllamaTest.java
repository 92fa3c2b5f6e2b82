package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway before two Ollamas, one of which has the model in memory. */
@Timeout(60)
final class GatewayOllamaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String HEAD = """
            listener: {port: 0}
            admin: {port: 0}
            process: {event-loops: 2}
            health: {probe-interval: 50ms}
            upstreams:
            """;

    /** Answers probes, and says which models are loaded. */
    private record Ollama(HttpServer server) implements AutoCloseable {
        static Ollama with(String loaded) throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            server.createContext("/v1/models", exchange -> answer(exchange, "{\"data\":[]}"));
            server.createContext(
                    "/api/ps", exchange -> answer(exchange, "{\"models\":[{\"name\":\"" + loaded + "\"}]}"));
            server.start();
            return new Ollama(server);
        }

        private static void answer(HttpExchange exchange, String body) throws IOException {
            try (exchange) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }

        String yaml(String id) {
            return """
                      - id: %s
                        url: http://127.0.0.1:%d
                        engine: ollama
                        models: [{name: m, upstream-name: "llama3.1:8b", rates: {load: 20s}}]
                    """.formatted(id, server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static JsonNode explained(HttpClient client, GatewayProcess process) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(process.adminEndpoint() + "/admin/explain"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"))
                .build();
        return MAPPER.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Seconds; NaN where there is no such candidate yet. */
    private static double loading(JsonNode told, String worker) {
        for (JsonNode candidate : told.path("candidates")) {
            for (JsonNode term : candidate.path("terms")) {
                if (candidate.path("worker").asText().equals(worker)
                        && term.path("name").asText().equals("loading")) {
                    return term.path("value").asDouble();
                }
            }
        }
        return Double.NaN;
    }

    @Test
    void aRequestGoesToWhoHasTheModelInMemory() throws Exception {
        try (Ollama cold = Ollama.with("mistral:latest");
                Ollama warm = Ollama.with("llama3.1:8b");
                HttpClient client = HttpClient.newHttpClient();
                GatewayProcess process = GatewayProcess.start(ConfigLoader.system()
                        .parse(
                                "gateway.yaml",
                                HEAD + cold.yaml("a-cold") + warm.yaml("b-warm"),
                                Path.of(""),
                                GatewayConfig.class)
                        .orThrow())) {
            Eventually.await("both to be probed and to have told", () -> {
                JsonNode now = explained(client, process);
                return loading(now, "a-cold") > 0
                        && now.path("plan").path("attempts").size() == 2;
            });
            JsonNode told = explained(client, process);
            assertEquals(20, loading(told, "a-cold"));
            assertEquals(0, loading(told, "b-warm"));
            JsonNode first = told.path("plan").path("attempts").path(0);
            assertEquals("b-warm", first.path("worker").asText());
            assertTrue(first.path("estimate").path("first_token_seconds").asDouble() < 20, first.toString());
        }
    }
}
