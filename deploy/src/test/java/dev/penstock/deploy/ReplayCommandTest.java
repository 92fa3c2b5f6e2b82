package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock replay} of the log of a gateway in this process: what one writes the other reads. */
final class ReplayCommandTest {
    private static final String ANSWER = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\",\"refusal\":null},"
            + "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":10,\"total_tokens\":1010}}";
    private static final int REQUESTS = 40;

    @TempDir
    private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int replay(String... arguments) {
        return PenstockCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private Path loggedDecisions() throws Exception {
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        upstream.start();
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                routing: {policy: two-choices, decision-log: {path: decisions.jsonl, sample: 1}}
                upstreams:
                  - id: dear
                    url: http://127.0.0.1:%1$d/v1
                    models: [{name: m, price: {input-per-million: 2, output-per-million: 0}}]
                  - id: cheap
                    url: http://127.0.0.1:%1$d/v1
                    models: [{name: m, price: {input-per-million: 1, output-per-million: 0}}]
                """.formatted(upstream.getAddress().getPort());
        try (GatewayProcess gateway = GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of()))
                        .parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                        .orThrow());
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest chat = HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/chat/completions"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                    .build();
            for (int i = 0; i < REQUESTS; i++) {
                assertEquals(
                        200,
                        client.send(chat, HttpResponse.BodyHandlers.ofString()).statusCode());
            }
        } finally {
            upstream.stop(0);
        }
        return directory.resolve("decisions.jsonl");
    }

    @Test
    void theLogOfAGatewayIsReplayedUnderAnotherPolicy() throws Exception {
        Path log = loggedDecisions();
        Path policy = Files.writeString(directory.resolve("new.yaml"), "routing: {policy: cheapest}\n");
        assertEquals(0, replay("replay", log.toString(), "--policy", policy.toString()), err::toString);
        assertTrue(
                out.toString().startsWith(REQUESTS + " decisions, " + REQUESTS + " compared with cheapest\n"),
                out::toString);
        out.getBuffer().setLength(0);
        assertEquals(0, replay("replay", log.toString(), "--policy", policy.toString(), "--json"), err::toString);
        var dollars =
                new ObjectMapper().readTree(out.toString()).path("figures").path(0);
        assertEquals("dollars", dollars.path("name").asText());
        // A thousand prompt tokens at $1 a million, as long as the cheap one was ever chosen.
        assertEquals(0.001, dollars.path("other").path("value").asDouble(), 0.0003, dollars.toString());
    }

    @Test
    void whatIsNoLogAndWhatIsNoPolicyIsOneLineAndExitCode2() throws Exception {
        Path policy = Files.writeString(directory.resolve("new.yaml"), "routing: {policy: cheapest}\n");
        Path log = Files.writeString(directory.resolve("log"), "hello\nthere\n");
        assertEquals(2, replay("replay", log.toString(), "--policy", policy.toString()));
        assertTrue(err.toString().startsWith("penstock: " + log + ":1: not a decision (expected: "), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
        err.getBuffer().setLength(0);
        Files.writeString(policy, "routing: {policy: cheepest}\n");
        assertEquals(2, replay("replay", log.toString(), "--policy", policy.toString()));
        assertTrue(err.toString().contains("did you mean `cheapest`?"), err::toString);
    }

    @Test
    void nothingToCompareIsExitCode1() throws Exception {
        Path policy = Files.writeString(directory.resolve("new.yaml"), "{}\n");
        Path log = Files.writeString(directory.resolve("log"), "");
        assertEquals(1, replay("replay", log.toString(), "--policy", policy.toString()), err::toString);
    }
}
