package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.STREAM;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.gateway.pipeline.RequestRecord;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests with an {@code Idempotency-Key}, sent again. */
class IdempotencyTest {
    private static final String CONTENT =
            frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}");
    private static final String FINISH = frame("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");

    private static ScriptedWorker.Script answering(String text) {
        return x -> x.whole(
                200,
                "application/json",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                        + "\"total_tokens\":7}}");
    }

    private static HttpResponse<String> ask(TestGateway gateway, String key, String extra, String... headers)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("idempotency-key", key));
        all.addAll(List.of(headers));
        return gateway.post("/v1/chat/completions", TestGateway.chatBody(extra), all.toArray(String[]::new));
    }

    private static boolean replayed(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-penstock-idempotent-replay").isPresent();
    }

    private static String code(HttpResponse<String> answer) {
        return answer.body().replaceAll(".*\"code\":\"?([a-z_]*).*", "$1");
    }

    private static long billed(TestGateway gateway) {
        return gateway.accounts.stream()
                .filter(record -> !record.charges().isEmpty())
                .count();
    }

    @Test
    void anAnswerIsGivenAgainAndNotBilledAgain() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> first = ask(gateway, "k", "");
            worker.script(answering("two"));
            HttpResponse<String> again = ask(gateway, "k", "");
            assertEquals(first.body(), again.body());
            assertFalse(replayed(first));
            assertTrue(replayed(again));
            assertEquals(
                    "application/json",
                    again.headers().firstValue("content-type").orElse(""));
            assertEquals("w0", again.headers().firstValue("x-penstock-worker").orElse(""));
            assertFalse(first.headers()
                    .firstValue("x-request-id")
                    .equals(again.headers().firstValue("x-request-id")));
            assertEquals(1, worker.requests.size());
            eventually("both settled", () -> gateway.records.size() == 2);
            assertEquals(1, billed(gateway));
            RequestRecord second = gateway.records.getLast();
            assertEquals("ok", second.result());
            assertEquals(200, second.status());
            assertEquals(0, second.attempts());
            // Another's key of the same name is another key; and without one nothing is remembered.
            assertFalse(replayed(ask(gateway, "k", "", "authorization", "other")));
            assertFalse(replayed(gateway.chat("")));
            assertEquals(3, worker.requests.size());
        }
    }

    @Test
    void aStreamIsGivenAgainByteForByte() throws Exception {
        ScriptedWorker.Script script = x -> {
            x.raw(SSE_HEAD);
            x.chunk(CONTENT);
            x.chunk(FINISH + DONE);
            x.lastChunk();
        };
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> first = ask(gateway, "k", STREAM);
            HttpResponse<String> again = ask(gateway, "k", STREAM);
            assertEquals(CONTENT + FINISH + DONE, first.body());
            assertEquals(first.body(), again.body());
            assertTrue(replayed(again));
            assertEquals(
                    "text/event-stream",
                    again.headers().firstValue("content-type").orElse(""));
            assertEquals("no-cache", again.headers().firstValue("cache-control").orElse(""));
            assertEquals(1, worker.requests.size());
        }
    }

    @Test
    void anotherRequestWithTheKeyIsRefused() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            ask(gateway, "k", "");
            HttpResponse<String> other = ask(gateway, "k", ",\"seed\":1");
            assertEquals(422, other.statusCode());
            assertEquals("idempotency_key_reused", code(other));
            assertEquals(1, worker.requests.size());
        }
    }

    @Test
    void whatFailedIsTriedAnew() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(500, "application/json", "{}"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(502, ask(gateway, "k", "").statusCode());
            worker.script(answering("one"));
            HttpResponse<String> again = ask(gateway, "k", "");
            assertEquals(200, again.statusCode());
            assertFalse(replayed(again));
            assertTrue(replayed(ask(gateway, "k", "")));
        }
    }

    @Test
    void whatAClientHasLeftIsTriedAnew() throws Exception {
        ScriptedWorker.Script script = x -> {
            x.raw(SSE_HEAD);
            x.chunk(CONTENT);
            x.hang();
        };
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri())) {
            byte[] body = TestGateway.chatBody(STREAM).getBytes(StandardCharsets.UTF_8);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                socket.getOutputStream()
                        .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                        + "Idempotency-Key: k\r\nContent-Length: " + body.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body);
                eventually("asked", () -> worker.requests.size() == 1);
            }
            assertEquals("client_gone", gateway.settled().result());
            worker.script(x -> {
                x.raw(SSE_HEAD);
                x.chunk(CONTENT + FINISH + DONE);
                x.lastChunk();
            });
            HttpResponse<String> again = ask(gateway, "k", STREAM);
            assertEquals(CONTENT + FINISH + DONE, again.body());
            assertFalse(replayed(again));
            assertEquals(2, worker.requests.size());
        }
    }

    @Test
    void whoComesWhileItRunsWaitsForItsAnswer() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedWorker.Script script = x -> {
            go.await();
            answering("one").answer(x);
        };
        int most = 8;
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < most + 3; i++) {
                answers.add(clients.submit(() -> ask(gateway, "k", "")));
            }
            // Two more than may wait are told so at once.
            eventually("refused", () -> gateway.records.size() == 2);
            go.countDown();
            int refused = 0;
            int again = 0;
            for (Future<HttpResponse<String>> answer : answers) {
                HttpResponse<String> told = answer.get();
                if (told.statusCode() == 409) {
                    refused++;
                    assertEquals("idempotency_key_in_use", code(told));
                    assertTrue(told.headers().firstValue("retry-after-ms").isPresent());
                } else {
                    assertEquals(200, told.statusCode());
                    again += replayed(told) ? 1 : 0;
                }
            }
            assertEquals(2, refused);
            assertEquals(most, again);
            assertEquals(1, worker.requests.size());
            eventually("all settled", () -> gateway.records.size() == most + 3);
            assertEquals(1, billed(gateway));
        }
    }

    @Test
    void whoWaitsForOneThatFailsRunsNext() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    go.await();
                    x.whole(400, "application/json", "{\"error\":{\"message\":\"no\"}}");
                });
                TestGateway gateway = new TestGateway(worker.uri());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> first = clients.submit(() -> ask(gateway, "k", ""));
            eventually("asked", () -> worker.requests.size() == 1);
            worker.script(answering("one"));
            Future<HttpResponse<String>> second = clients.submit(() -> ask(gateway, "k", ""));
            Future<HttpResponse<String>> third = clients.submit(() -> ask(gateway, "k", ""));
            eventually("all there", () -> gateway.drain.inFlight() == 3);
            go.countDown();
            assertEquals(400, first.get().statusCode());
            assertEquals(200, second.get().statusCode());
            assertEquals(200, third.get().statusCode());
            assertTrue(replayed(second.get()) ^ replayed(third.get()), "one ran, and the other was given its answer");
            assertEquals(2, worker.requests.size());
        }
    }

    @Test
    void anAnswerThatIsTooLongIsNotGivenAgainAndNotBilledAgain() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("x".repeat(300 << 10)));
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(200, ask(gateway, "k", "").statusCode());
            HttpResponse<String> again = ask(gateway, "k", "");
            assertEquals(409, again.statusCode());
            assertEquals("idempotency_answer_not_kept", code(again));
            assertEquals("false", again.headers().firstValue("x-should-retry").orElse(""));
            assertEquals(1, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whatIsKeptIsBoundedAndTheOldestGoFirst() throws Exception {
        int length = 200 << 10;
        try (ScriptedWorker worker = new ScriptedWorker(answering("x".repeat(length)));
                TestGateway gateway = new TestGateway(worker.uri())) {
            long most = gateway.budget.limit() / 8;
            int asked = (int) (most / length) + 5;
            for (int i = 0; i < asked; i++) {
                ask(gateway, "k" + i, "");
            }
            eventually("only answers held", () -> gateway.budget.held() <= most && gateway.budget.held() > most / 2);
            assertTrue(replayed(ask(gateway, "k" + (asked - 1), "")));
            assertFalse(replayed(ask(gateway, "k0", "")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "with\ttab"})
    void aKeyThatIsNoneIsRefused(String key) throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> answer = ask(gateway, key, "");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("Idempotency-Key: "), answer.body());
            assertEquals(400, ask(gateway, "x".repeat(256), "").statusCode());
            assertEquals(400, ask(gateway, "a", "", "idempotency-key", "b").statusCode());
            assertEquals(0, worker.requests.size());
        }
    }

    @Test
    void keysAreNotLogged() throws Exception {
        Logger root = assertInstanceOf(Logger.class, LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME));
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(500, "application/json", "{}"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            ask(gateway, "canary-key", "");
            ask(gateway, "canary-key", "");
            ask(gateway, "canary key", "");
            eventually("settled", () -> gateway.records.size() == 3);
            assertFalse(gateway.records.toString().contains("canary"));
            assertTrue(List.copyOf(lines.list).size() > 0);
            for (ILoggingEvent line : List.copyOf(lines.list)) {
                assertFalse((line.getFormattedMessage() + line.getKeyValuePairs()).contains("canary"), line.toString());
            }
        } finally {
            root.detachAppender(lines);
        }
    }
}
