package dev.penstock.gateway.relaying;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Dispatch, on raw request lines: clients normalise what attackers do not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {
    private ScriptedWorker worker;
    private TestGateway gateway;

    @BeforeAll
    void start() throws Exception {
        worker = new ScriptedWorker(x -> x.whole(200, "application/json", RelayTest.ANSWER));
        gateway = new TestGateway(worker.uri());
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        worker.close();
    }

    @Test
    void aModelIsNotCalledUnknownBeforeWorkersCouldBeHeard() throws Exception {
        String body = "{\"model\":\"late\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        int before = gateway.records.size();
        gateway.fleet.settling = true;
        HttpResponse<String> early = gateway.post("/v1/chat/completions", body);
        assertEquals(503, early.statusCode());
        assertTrue(early.headers().firstValue("retry-after").isPresent());
        gateway.fleet.settling = false;
        assertEquals(404, gateway.post("/v1/chat/completions", body).statusCode());
        TestGateway.eventually("both settled", () -> gateway.records.size() == before + 2);
    }

    @Test
    void whatNeedsNoWorkerIsLoggedTooAndNeverWhatTheClientWrote() throws Exception {
        Logger logger = assertInstanceOf(Logger.class, LoggerFactory.getLogger("penstock.request"));
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            raw("GET", "/v1/models");
            raw("GET", "/v1/sk-pen-canary-key?and=canary");
            TestGateway.eventually("two lines", () -> lines.list.size() == 2);
        } finally {
            logger.detachAppender(lines);
        }
        String all = lines.list.stream()
                .map(line -> line.getKeyValuePairs().toString())
                .collect(Collectors.joining());
        assertTrue(all.contains("operation=\"models\", status=\"200\""), all);
        assertTrue(all.contains("operation=\"none\", status=\"404\""), all);
        assertFalse(all.contains("canary"), all);
    }

    /** The whole answer to one raw request. */
    private String raw(String method, String target, String... headers) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            String head = method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + String.join("", headers) + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(20_000);
            return TestGateway.readAll(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/",
                "/v1/models/",
                "//v1/models",
                "/v1//models",
                "/v1/models//m",
                "/v1/./models",
                "/v1/../v1/models",
                "/v1/models/..",
                "/v1/models/../chat/completions",
                "/v1/models/%2e%2e/x",
                "/v1%2Fmodels",
                "/%76%31/models",
                "/v1/models;a=b",
                "/v1/models/..;/x",
                "/V1/models",
                "/v1/models%00",
                "/v1/chat/completions/",
                "/v1/chat/completions;x",
                "/v1/chat%2fcompletions",
                "/metrics",
                "/admin",
                "/pool",
                "/health/live",
                "/v1/files"
            })
    void whatIsNotExactlyAPathIsA404(String target) throws Exception {
        for (String method : new String[] {"GET", "POST"}) {
            String answer = raw(method, target);
            assertTrue(answer.startsWith("HTTP/1.1 404"), method + " " + target + ": " + answer);
            assertTrue(answer.contains("{\"error\":{\"message\":\""), answer);
            assertTrue(answer.contains("content-type: application/json"), answer);
        }
        assertEquals(0, worker.requests.size());
    }

    @Test
    void aWrongMethodIsA405ThatNamesTheRightOne() throws Exception {
        String answer = raw("GET", "/v1/chat/completions");
        assertTrue(answer.startsWith("HTTP/1.1 405"), answer);
        assertTrue(answer.contains("allow: POST"), answer);
        assertTrue(raw("DELETE", "/v1/models/m").contains("allow: GET"));
        String preflight = raw("OPTIONS", "/v1/models", "Origin: http://evil.example\r\n");
        assertTrue(preflight.startsWith("HTTP/1.1 405"), preflight);
        assertFalse(preflight.toLowerCase(java.util.Locale.ROOT).contains("access-control"), preflight);
    }

    @Test
    void listsTheModels() throws Exception {
        String answer = raw("GET", "/v1/models?limit=1");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        assertTrue(
                answer.endsWith(
                        "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"created\":1700000000,"
                                + "\"owned_by\":\"penstock\"},{\"id\":\"org/model-7b\",\"object\":\"model\",\"created\":1700000000,"
                                + "\"owned_by\":\"penstock\"}]}"),
                answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/org/model-7b", "/v1/models/org%2Fmodel-7b", "/v1/models/org%2fmodel-7b"})
    void findsAModelWithASlashHoweverItIsWritten(String target) throws Exception {
        assertTrue(raw("GET", target).contains("{\"id\":\"org/model-7b\",\"object\":\"model\""));
    }

    @Test
    void anUnknownModelIsToldItsNeighbours() throws Exception {
        String answer = raw("GET", "/v1/models/model-7B");
        assertTrue(answer.startsWith("HTTP/1.1 404"), answer);
        assertTrue(answer.contains("\"code\":\"model_not_found\""), answer);
        assertTrue(answer.contains("did you mean 'org/model-7b'?"), answer);
        HttpResponse<String> chat = gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"org/model7b\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertEquals(404, chat.statusCode());
        assertTrue(chat.body().contains("did you mean 'org/model-7b'?"), chat.body());
    }

    @Test
    void whatNoWorkerCanDoNamesTheParameter() throws Exception {
        HttpResponse<String> response = gateway.chat(",\"tools\":[{\"type\":\"function\"}]");
        assertEquals(400, response.statusCode());
        assertTrue(response.body().contains("\"param\":\"tools\""), response.body());
    }

    @Test
    void malformedJsonSaysWhere() throws Exception {
        HttpResponse<String> response = gateway.post("/v1/chat/completions", "{\"model\":\"m\",\n \"messages\":[}");
        assertEquals(400, response.statusCode());
        assertTrue(response.body().contains("line 2, column"), response.body());
        TestGateway.eventually("settled so", () -> gateway.records.stream()
                .anyMatch(record -> record.result().equals("bad_request")));
    }

    @Test
    void aRequestIdIsTakenOnlyIfItIsHarmless() throws Exception {
        assertTrue(raw("GET", "/v1/models", "X-Request-Id: abc.DEF-1_2\r\n").contains("x-request-id: abc.DEF-1_2"));
        String answer = raw("GET", "/v1/models", "X-Request-Id: a b<script>\r\n");
        assertFalse(answer.contains("script"), answer);
        assertTrue(answer.contains("x-request-id: req_"), answer);
    }

    @Test
    void onlyJsonIsTaken() throws Exception {
        String answer =
                raw("POST", "/v1/chat/completions", "Content-Type: text/plain\r\nContent-Length: 100000000\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 415"), answer);
    }

    @Test
    void aBodyBeyondTheLimitIsA413WithoutReadingIt() throws Exception {
        String answer =
                raw("POST", "/v1/chat/completions", "Content-Type: application/json\r\nContent-Length: 100000000\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    }
}
