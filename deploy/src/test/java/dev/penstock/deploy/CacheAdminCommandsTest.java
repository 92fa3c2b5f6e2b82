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

/** {@code penstock cache report} and {@code purge} against a server that answers as the test says. */
final class CacheAdminCommandsTest {
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
            String given = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + given).strip());
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

    private int run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "cache",
                command,
                "--admin",
                "http://127.0.0.1:" + server.getAddress().getPort()));
        args.addAll(List.of(more));
        return PenstockCommand.execute(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    }

    @Test
    void aReportBecomesTwoTables() {
        body = """
                {"since":"2026-11-28T08:00:00Z","entries":120,"bytes":345678,
                 "semantic":{"mode":"shadow","max_false_hit_rate":0.01},"lines":[
                 {"tenant":"acme","model":"small","exact":10,"semantic":0,"missed":90,"saved_usd":1.5E-7,"saved_tokens":1200,
                  "by_meaning":{"found":20,"would_save_usd":0.25,"would_save_tokens":2400,"checked":19,"wrong":1,
                   "wrong_at_least":0.00134,"wrong_at_most":0.26028,"threshold":0.9712}},
                 {"tenant":"","model":"","exact":0,"semantic":0,"missed":7,"saved_usd":0,"saved_tokens":0,
                  "by_meaning":{"found":0,"would_save_usd":0,"would_save_tokens":0,"checked":0,"wrong":0,
                   "wrong_at_least":0,"wrong_at_most":1,"threshold":null}}]}
                """;
        assertEquals(0, run("report"), err.toString());
        assertEquals(List.of("GET /admin/cache"), asked);
        assertEquals(
                List.of(
                        "since 2026-11-28T08:00:00Z; in memory: 120 answers, 345678 bytes; by meaning: shadow, at most 0.01 wrong",
                        "",
                        "tenant    model  exact  semantic  missed  saved tokens   saved usd",
                        "acme      small     10         0      90          1200  0.00000015",
                        "(others)             0         0       7             0           0",
                        "",
                        "tenant    model  by meaning  tokens   usd  checked  wrong  share wrong, 95 %  from probability",
                        "acme      small          20    2400  0.25       19      1   0.0013 to 0.2603            0.9712",
                        "(others)                  0       0     0        0      0   0.0000 to 1.0000            closed"),
                out.toString().lines().toList());
    }

    @Test
    void whatTheGatewaySaysIsPassedOn() {
        body =
                "{\"since\":\"2026-11-28T08:00:00Z\",\"entries\":0,\"bytes\":0,\"semantic\":{\"mode\":\"off\"},\"lines\":[]}";
        assertEquals(0, run("report"), err.toString());
        assertEquals(
                List.of(
                        "since 2026-11-28T08:00:00Z; in memory: 0 answers, 0 bytes; by meaning: off",
                        "nothing was looked up"),
                out.toString().lines().toList());
        assertEquals(0, run("report", "--json"));
        assertTrue(out.toString().contains("\"mode\" : \"off\""), out.toString());
        status = 404;
        body = "{\"error\":{\"message\":\"nothing is answered from memory (expected: `cache` in the configuration)\"}}";
        assertEquals(2, run("report"));
        assertEquals(2, run("purge", "--all"));
        assertTrue(err.toString().contains("nothing is answered from memory"), err.toString());
        status = 500;
        assertEquals(1, run("report"));
    }

    @Test
    void aPurgeSaysWhatIsMeantAndNothingByMistake() {
        body = "{\"purged\":12}";
        assertEquals(0, run("purge", "--tenant", "acme", "--model", "small"), err.toString());
        assertEquals(0, run("purge", "--key", "key-1", "--entry", "name"), err.toString());
        assertEquals(0, run("purge", "--all"), err.toString());
        assertEquals(
                List.of(
                        "POST /admin/cache/purge {\"tenant\":\"acme\",\"model\":\"small\"}",
                        "POST /admin/cache/purge {\"key\":\"key-1\",\"entry\":\"name\"}",
                        "POST /admin/cache/purge {\"all\":true}"),
                asked);
        assertEquals(
                "12 answers in this gateway's memory are gone, and those of others",
                out.toString().lines().findFirst().orElseThrow());
        assertEquals(2, run("purge"));
        assertTrue(err.toString().contains("nothing is named"), err.toString());
        assertEquals(2, run("purge", "--all", "--tenant", "acme"));
        assertTrue(err.toString().contains("--all: given with a part"), err.toString());
        assertEquals(3, asked.size());
    }
}
