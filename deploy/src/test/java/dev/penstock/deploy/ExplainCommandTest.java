package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock explain} against a gateway in this process. */
final class ExplainCommandTest {
    private static final String CHAT = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @TempDir
    private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();
    private String admin = "";

    @BeforeEach
    void start() throws Exception {
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        upstream.createContext("/", exchange -> {
            if (!exchange.getRequestURI().getPath().equals("/v1/models")) {
                asked.incrementAndGet();
            }
            byte[] list = "{\"object\":\"list\",\"data\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });
        upstream.start();
        open.add(() -> upstream.stop(0));
        String yaml = """
                listener: {port: 0}
                admin: {port: 0}
                auth: {mode: keys, keys: [{id: team-a, hash: "sha256:%s", models: ['*'], constraints: {placement: edge-only}}]}
                upstreams:
                  - id: near
                    url: http://127.0.0.1:%2$d/v1
                    site: {name: plant, kind: edge}
                    models: [{name: m, price: {input-per-million: 1, output-per-million: 2}}]
                  - id: far
                    url: http://127.0.0.1:%2$d/v1
                    models: [{name: m}]
                """.formatted("ab".repeat(32), upstream.getAddress().getPort());
        GatewayProcess gateway = GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("gateway.yaml", yaml, directory, GatewayConfig.class)
                .orThrow());
        open.add(gateway);
        admin = gateway.adminEndpoint().toString();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private int explain(String... arguments) throws IOException {
        Path file = Files.writeString(directory.resolve("request.json"), CHAT);
        List<String> line = new ArrayList<>(List.of("explain", file.toString(), "--admin", admin));
        line.addAll(List.of(arguments));
        return PenstockCommand.execute(
                new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    }

    @Test
    void itPrintsThePlanAndEveryCandidate() throws Exception {
        assertEquals(0, explain(), err::toString);
        String text = out.toString();
        assertTrue(text.startsWith("policy balanced, seed "), text);
        assertTrue(text.contains("\nplan, since "), text);
        assertTrue(text.contains("near m"), text);
        assertTrue(text.contains("far m"), text);
        assertTrue(text.contains("prefill s"), text);
        assertEquals(0, asked.get(), "nothing is sent to a worker");
    }

    @Test
    void whoMayNotIsTold() throws Exception {
        assertEquals(0, explain("--data-class", "private"), err::toString);
        assertTrue(out.toString().contains("\nmay not, or cannot:\n  far m: placement: "), out::toString);
    }

    @Test
    void aKeysConstraintsHold() throws Exception {
        assertEquals(0, explain("--key-id", "team-a"), err::toString);
        assertTrue(out.toString().contains("placement edge-only"), out::toString);
        assertTrue(out.toString().contains("far m: placement: "), out::toString);
    }

    @Test
    void nobodyIsExitCode1() throws Exception {
        assertEquals(1, explain("--region", "mars"), err::toString);
        assertTrue(out.toString().contains("\nnobody: "), out::toString);
    }

    @Test
    void jsonIsTheGatewaysAnswer() throws Exception {
        assertEquals(0, explain("--json"), err::toString);
        assertEquals(
                "balanced",
                new ObjectMapper()
                        .readTree(out.toString())
                        .path("policy")
                        .path("name")
                        .asText());
    }

    @Test
    void whatIsRefusedIsOneLineAndExitCode2() throws Exception {
        assertEquals(2, explain("--data-class", "secret"));
        assertTrue(err.toString().startsWith("penstock: x-penstock-data-class: \"secret\" (expected: "), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    @Test
    void noGatewayIsOneLineAndExitCode2() throws Exception {
        stop();
        open.clear();
        assertEquals(2, explain());
        assertTrue(err.toString().contains(": no gateway answers (expected: its admin listener"), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }
}
