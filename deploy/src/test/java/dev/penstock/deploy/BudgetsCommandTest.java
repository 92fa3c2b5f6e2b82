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

/** {@code penstock budgets} against a server that answers as the test says; GatewayBudgetsTest has what gateways answer. */
final class BudgetsCommandTest {
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
                "budgets", "--admin", "http://127.0.0.1:" + server.getAddress().getPort()));
        args.addAll(List.of(more));
        return PenstockCommand.execute(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    }

    @Test
    void budgetsBecomeATable() {
        body = """
                {"total":3,"budgets":[
                {"budget":"tenant:acme usd daily","hard":true,"limit":100,"spent":12.345678901,"held":0.5,"left":87.154321099,
                 "ends":"2026-11-29T00:00:00Z"},
                {"budget":"key:k tokens total","hard":false,"limit":0,"spent":7,"held":0,"left":0}]}
                """;
        assertEquals(0, run("--limit", "2"), err.toString());
        assertEquals(List.of("/admin/budgets?limit=2"), asked);
        assertEquals(
                List.of(
                        "budget                 kind  limit         spent  held          left     %  until",
                        "tenant:acme usd daily  hard    100  12.345678901   0.5  87.154321099  12.3  2026-11-29T00:00:00Z",
                        "key:k tokens total     soft      0             7     0             0   100  -",
                        "1 more are not shown"),
                out.toString().lines().toList());
    }

    @Test
    void whatTheGatewaySaysIsPassedOn() {
        body = "{\"budgets\":[],\"total\":0}";
        assertEquals(0, run());
        assertEquals("nobody has a budget", out.toString().strip());
        assertEquals(0, run("--json"));
        assertTrue(out.toString().endsWith(body), out.toString());
        status = 404;
        body = "{\"error\":{\"message\":\"no budgets are kept (expected: a store)\"}}";
        assertEquals(2, run());
        assertTrue(err.toString().contains("no budgets are kept"), err.toString());
        status = 503;
        assertEquals(1, run());
    }
}
