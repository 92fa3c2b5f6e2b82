package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code penstock usage} against a server that answers as the test says; GatewayLedgerTest has what gateways answer. */
final class UsageCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String body = "{}";

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int run(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "usage", "--admin", "http://127.0.0.1:" + server.getAddress().getPort()));
        args.addAll(List.of(more));
        return PenstockCommand.execute(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    }

    @Test
    void linesBecomeATable() {
        body = """
                {"from":"2026-11-01T00:00:00Z","to":"2026-11-28T12:00:00Z","waiting":2,"usage":[
                {"tenant":"acme","model":"m","requests":12,"prompt_tokens":60,"cached_tokens":0,"completion_tokens":36,
                 "reasoning_tokens":0,"cost_usd":0.0000306,"saved_usd":0,"unpriced_requests":0},
                {"tenant":"zeta-and-sons","model":"n","requests":1,"prompt_tokens":5,"cached_tokens":0,
                 "completion_tokens":3,"reasoning_tokens":0,"cost_usd":0,"saved_usd":0,"unpriced_requests":1}]}
                """;
        assertEquals(0, run("--by", "tenant,model", "--from", "2026-11-01", "--limit", "5"), err.toString());
        assertEquals("""
                2026-11-01T00:00:00Z to 2026-11-28T12:00:00Z
                tenant         model  requests  prompt tokens  cached tokens  completion tokens  reasoning tokens   cost usd  saved usd  unpriced requests
                acme           m            12             60              0                 36                 0  0.0000306          0                  0
                zeta-and-sons  n             1              5              0                  3                 0          0          0                  1
                2 requests have ended and are not in these sums yet
                """, out.toString());
        assertEquals(List.of("/admin/usage?group_by=tenant%2Cmodel&from=2026-11-01&limit=5"), asked);
    }

    @Test
    void nothingUsedIsSaid() {
        body = "{\"from\":\"a\",\"to\":\"b\",\"waiting\":0,\"usage\":[]}";
        assertEquals(0, run());
        assertEquals("a to b\nnothing was used\n", out.toString());
    }

    @Test
    void csvIsPrintedAsItIs() {
        body = "tenant,requests\r\n";
        assertEquals(0, run("--csv"));
        assertEquals(body, out.toString());
        assertTrue(asked.getFirst().endsWith("&format=csv"));
    }

    @Test
    void whatTheGatewayRefusesIsSaid() {
        status = 400;
        body = "{\"error\":{\"message\":\"from: no moment (expected: 2026-11-01)\"}}";
        assertEquals(2, run("--from", "x"));
        assertTrue(err.toString().contains("from: no moment"), err.toString());
        status = 503;
        body = "{\"error\":{\"message\":\"the store: down\"}}";
        assertEquals(1, run());
        server.stop(0);
        assertEquals(2, run());
        assertTrue(err.toString().contains("no gateway answers"), err.toString());
    }
}
