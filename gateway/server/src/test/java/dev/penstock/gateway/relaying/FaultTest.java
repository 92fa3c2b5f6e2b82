package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.ANSWER;
import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.FINISH;
import static dev.penstock.gateway.relaying.RelayTest.ROLE;
import static dev.penstock.gateway.relaying.RelayTest.STREAM;
import static dev.penstock.gateway.relaying.RelayTest.content;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.relaying.ScriptedWorker.Script;
import dev.penstock.gateway.upstream.RelaySettings;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that fail in every way, each at the worst moment. */
@ExtendWith(LeakWatch.class)
class FaultTest {
    /** For those who are silent: short enough to wait for, long enough for a busy machine to do its part within. */
    private static final RelaySettings IMPATIENT = new RelaySettings(
            Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(20), 1 << 20, 256 << 10, 64L << 20, 500);

    private static final Script GOOD_STREAM = x -> {
        x.raw(SSE_HEAD);
        x.chunk(ROLE + content("good") + FINISH + DONE);
        x.lastChunk();
    };
    private static final String GOOD = ROLE + content("good") + FINISH + DONE;

    private static TestGateway gatewayFor(boolean silence, URI... workers) throws Exception {
        return new TestGateway(TestGateway.SETTINGS, silence ? IMPATIENT : TestGateway.PATIENT, 16, workers);
    }

    private static void assertFailure(FailureClass expected, TestGateway gateway) {
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, gateway.fleet.outcomes.getFirst());
        assertEquals(expected, failed.failure());
    }

    /** The first worker fails before its first content: the client must not notice. */
    private static void assertNextWorkerAnswers(Script first, FailureClass expected) throws Exception {
        boolean silence = expected == FailureClass.FIRST_TOKEN_TIMEOUT || expected == FailureClass.STALLED;
        try (ScriptedWorker bad = new ScriptedWorker(first);
                ScriptedWorker good = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = gatewayFor(silence, bad.uri(), good.uri())) {
            HttpResponse<String> response = gateway.chat(STREAM);
            assertEquals(GOOD, response.body());
            assertEquals(
                    "w1", response.headers().firstValue("x-penstock-worker").orElseThrow());
            assertEquals(2, gateway.settled().attempts());
            assertFailure(expected, gateway);
            gateway.assertNothingHeld();
        }
    }

    /** The worker fails after its first content: an error frame, never a clean end, never a second worker. */
    private static void assertBrokenOff(Script rest, String code) throws Exception {
        try (ScriptedWorker bad = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + content("begun"));
                    rest.answer(x);
                });
                ScriptedWorker other = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = gatewayFor(code.equals("upstream_timeout"), bad.uri(), other.uri());
                Socket client = gateway.send(TestGateway.chatBody(STREAM + ",\"max_tokens\":20"))) {
            String all = TestGateway.readAll(client);
            assertTrue(all.startsWith("HTTP/1.1 200"), all);
            assertTrue(all.contains(content("begun")), all);
            assertTrue(all.contains("event: error\ndata: {\"error\":{\"message\":"), all);
            assertTrue(all.contains("\"code\":\"" + code + "\""), all);
            assertFalse(all.contains("[DONE]"), all);
            assertFalse(all.endsWith("0\r\n\r\n"), "a clean end: " + all);
            assertEquals(0, other.requests.size());
            assertEquals("upstream_failed", gateway.settled().result());
            assertTrue(gateway.settled().usage().estimated());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoWaitsAtAWorkerThatFallsSilentGoesToAnother() throws Exception {
        try (ScriptedWorker mute = new ScriptedWorker(x -> x.hang());
                ScriptedWorker other = new ScriptedWorker(x -> x.whole(
                        200,
                        "application/json",
                        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},"
                                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,"
                                + "\"total_tokens\":2}}"));
                TestGateway gateway = new TestGateway(mute.uri(), other.uri())) {
            gateway.silent = true;
            HttpResponse<String> response = gateway.chat("");
            assertEquals(200, response.statusCode(), response.body());
            assertEquals(
                    "w1", response.headers().firstValue("x-penstock-worker").orElse(""));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void silenceBeforeTheHead() throws Exception {
        assertNextWorkerAnswers(x -> x.hang(), FailureClass.FIRST_TOKEN_TIMEOUT);
    }

    @Test
    void silenceBeforeTheFirstContent() throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + ": still here\n\n");
                    x.hang();
                },
                FailureClass.FIRST_TOKEN_TIMEOUT);
    }

    @Test
    void resetBeforeTheHead() throws Exception {
        assertNextWorkerAnswers(x -> x.reset(), FailureClass.RESET);
    }

    @Test
    void resetBeforeTheFirstContent() throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE);
                    x.reset();
                },
                FailureClass.RESET);
    }

    @Test
    void nobodyListens() throws Exception {
        ScriptedWorker gone = new ScriptedWorker(GOOD_STREAM);
        gone.close();
        try (ScriptedWorker good = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = new TestGateway(gone.uri(), good.uri())) {
            assertEquals(GOOD, gateway.chat(STREAM).body());
            assertFailure(FailureClass.CONNECT, gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504, 401, 404})
    void aFailureStatus(int status) throws Exception {
        assertNextWorkerAnswers(x -> x.whole(status, "text/html", "<p>oops"), FailureClass.SERVER_ERROR);
    }

    @Test
    void aFailureThatIsNeverSpelledOut() throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw("HTTP/1.1 500 x\r\nContent-Length: 100\r\n\r\n{");
                    x.hang();
                },
                FailureClass.STALLED);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503, 529})
    void aBusyStatus(int status) throws Exception {
        assertNextWorkerAnswers(x -> x.whole(status, "text/plain", "busy"), FailureClass.OVERLOADED);
    }

    @Test
    void aWorkerThatIsStoppingIsAsGoodAsGone() throws Exception {
        assertNextWorkerAnswers(
                x -> x.whole(503, "application/json", "{\"error\":{\"message\":\"bye\",\"code\":\"stopping\"}}"),
                FailureClass.RESET);
    }

    @Test
    void anEmptyFinishReasonFinishesNothing() throws Exception {
        String unfinished = RelayTest.frame(
                "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"\"}]}");
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(unfinished);
                    x.lastChunk();
                },
                FailureClass.RESET);
    }

    @Test
    void aRetryThatHasNobodyToGoToCostsNobodyElseHis() throws Exception {
        PipelineSettings settings =
                new PipelineSettings(3, 1, 4, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20));
        Script broken = x -> x.whole(500, "application/json", "{}");
        try (ScriptedWorker one = new ScriptedWorker(broken);
                ScriptedWorker two = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = new TestGateway(settings, TestGateway.PATIENT, 16, one.uri(), two.uri())) {
            gateway.fleet.dead.add(1);
            for (int i = 0; i < 5; i++) {
                assertEquals(502, gateway.chat(STREAM).statusCode());
            }
            gateway.fleet.dead.remove(1);
            assertEquals(GOOD, gateway.chat(STREAM).body());
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (ScriptedWorker trap = new ScriptedWorker(GOOD_STREAM)) {
            assertNextWorkerAnswers(
                    x -> x.whole(307, "text/plain", "", "Location: " + trap.uri()), FailureClass.PROTOCOL);
            assertEquals(0, trap.connections.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {nonsense\n\n", "data: [DONE]\n\n", "data: \"text\"\n\n"})
    void garbageBeforeTheFirstContent(String garbage) throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + garbage);
                    x.hang();
                },
                FailureClass.PROTOCOL);
    }

    @Test
    void jsonWhereAStreamWasAskedFor() throws Exception {
        assertNextWorkerAnswers(x -> x.whole(200, "application/json", ANSWER), FailureClass.PROTOCOL);
    }

    @Test
    void aCompressedAnswerNobodyAskedFor() throws Exception {
        assertNextWorkerAnswers(
                x -> x.whole(200, "text/event-stream", "xx", "Content-Encoding: gzip"), FailureClass.PROTOCOL);
    }

    @Test
    void anErrorFrameBeforeTheFirstContent() throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + frame("{\"error\":{\"message\":\"x\",\"code\":500}}") + DONE);
                    x.lastChunk();
                },
                FailureClass.SERVER_ERROR);
    }

    @Test
    void anEndlessLineBeforeTheFirstContent() throws Exception {
        assertNextWorkerAnswers(
                x -> {
                    x.raw(SSE_HEAD);
                    for (int i = 0; i < 40; i++) {
                        x.chunk("x".repeat(64 << 10));
                    }
                    x.hang();
                },
                FailureClass.PROTOCOL);
    }

    @Test
    void silenceWithinTheStream() throws Exception {
        assertBrokenOff(x -> x.hang(), "upstream_timeout");
    }

    @Test
    void resetWithinTheStream() throws Exception {
        assertBrokenOff(x -> x.reset(), "upstream_reset");
    }

    @Test
    void anEndWithoutFinishAndDone() throws Exception {
        assertBrokenOff(x -> x.lastChunk(), "upstream_reset");
    }

    @Test
    void anEndWithinAFrame() throws Exception {
        assertBrokenOff(
                x -> {
                    x.chunk(FINISH + "data: {\"half");
                    x.lastChunk();
                },
                "upstream_reset");
    }

    @Test
    void doneWithoutFinish() throws Exception {
        assertBrokenOff(x -> x.chunk(DONE), "upstream_protocol");
    }

    @Test
    void garbageWithinTheStream() throws Exception {
        assertBrokenOff(x -> x.chunk("data: {\"choices\":[}\n\n"), "upstream_protocol");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"x\",\"type\":\"y\",\"code\":500}}\n\ndata: [DONE]\n\n",
                "event: error\ndata: {\"message\":\"x\"}\n\n",
                "data: {\"object\":\"error\",\"message\":\"x\",\"code\":500}\n\n",
                "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]}\n\ndata: [DONE]\n\n"
            })
    void anErrorFrameWithinTheStream(String error) throws Exception {
        assertBrokenOff(x -> x.chunk(error), "upstream_error");
    }

    @Test
    void anEndlessLineWithinTheStream() throws Exception {
        assertBrokenOff(
                x -> {
                    for (int i = 0; i < 40; i++) {
                        x.chunk("x".repeat(64 << 10));
                    }
                },
                "upstream_protocol");
    }

    @Test
    void moreFramesThanTokensWereAskedFor() throws Exception {
        assertBrokenOff(
                x -> {
                    for (int i = 0; i < 400; i++) {
                        x.chunk(content("again"));
                    }
                    x.hang();
                },
                "upstream_protocol");
    }

    @Test
    void aMissingDoneIsSupplied() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + content("a") + FINISH);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(
                    ROLE + content("a") + FINISH + DONE, gateway.chat(STREAM).body());
            assertEquals("ok", gateway.settled().result());
        }
    }

    @Test
    void pingsAndEmptyFramesAreNotPassedOn() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk("event: ping\ndata: {}\n\ndata:\n\n: hello\n\n" + content("a") + "id: 4\n\n" + FINISH
                            + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(
                    ": hello\n\n" + content("a") + FINISH + DONE,
                    gateway.chat(STREAM).body());
        }
    }

    @Test
    void aConnectionClosedAsWeSendIsTriedOnceMoreOnANewOne() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(GOOD, gateway.chat(STREAM).body());
            worker.script(x -> {
                worker.script(GOOD_STREAM);
                x.reset();
            });
            assertEquals(GOOD, gateway.chat(STREAM).body());
            assertEquals(2, worker.connections.get());
            assertEquals(1, gateway.records.getLast().attempts());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"error\":{\"message\":\"bad top_k\",\"type\":\"BadRequestError\",\"param\":\"top_k\",\"code\":400}} | 400 | \"message\":\"bad top_k\",\"type\":\"invalid_request_error\",\"param\":\"top_k\",\"code\":null",
                "400 | {\"object\":\"error\",\"message\":\"flat\",\"type\":\"BadRequest\",\"param\":null,\"code\":400} | 400 | \"message\":\"flat\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null",
                "422 | {\"error\":\"Input validation error\",\"error_type\":\"validation\"} | 400 | \"message\":\"Input validation error\"",
                "400 | {\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\"}} | 400 | \"code\":\"context_length_exceeded\"",
                "400 | <html> | 400 | \"message\":\"the worker refused the request with status 400\""
            })
    void aRefusalGoesToTheClientInOurShape(int status, String body, int told, String part) throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(status, "application/json", body));
                ScriptedWorker other = new ScriptedWorker(GOOD_STREAM);
                TestGateway gateway = new TestGateway(worker.uri(), other.uri())) {
            HttpResponse<String> response = gateway.chat(STREAM);
            assertEquals(told, response.statusCode());
            assertTrue(response.body().contains(part), response.body());
            assertEquals(0, other.requests.size());
            assertInstanceOf(Outcome.Ignored.class, gateway.fleet.outcomes.getFirst());
            assertEquals("upstream_refused", gateway.settled().result());
        }
    }

    @Test
    void whenAllAreBusyTheClientIsToldWhenToComeBack() throws Exception {
        Script busy = x -> x.whole(429, "application/json", "{}", "Retry-After: 7");
        try (ScriptedWorker one = new ScriptedWorker(busy);
                ScriptedWorker two = new ScriptedWorker(busy);
                TestGateway gateway = new TestGateway(one.uri(), two.uri())) {
            HttpResponse<String> response = gateway.chat("");
            assertEquals(503, response.statusCode());
            assertEquals("7", response.headers().firstValue("retry-after").orElseThrow());
            assertEquals("7000", response.headers().firstValue("retry-after-ms").orElseThrow());
            assertTrue(response.body().contains("\"code\":\"overloaded\""), response.body());
        }
    }

    @Test
    void retriesDoNotMultiplyAnOverload() throws Exception {
        Script busy = x -> x.whole(503, "application/json", "{}");
        PipelineSettings settings =
                new PipelineSettings(3, 5, 4, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (ScriptedWorker one = new ScriptedWorker(busy);
                ScriptedWorker two = new ScriptedWorker(busy);
                TestGateway gateway = new TestGateway(settings, TestGateway.PATIENT, 16, one.uri(), two.uri())) {
            for (int i = 0; i < 100; i++) {
                assertEquals(503, gateway.chat("").statusCode());
            }
            int attempts = one.requests.size() + two.requests.size();
            assertTrue(attempts <= 116, attempts + " attempts for 100 requests");
        }
    }

    @Test
    void whoWaitedAtAWorkerThatWasTakenOutNeedsNoRetryBudget() throws Exception {
        PipelineSettings noRetries =
                new PipelineSettings(3, 0, 4, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (ScriptedWorker failing = new ScriptedWorker(x -> x.whole(500, "application/json", "{}"));
                ScriptedWorker good = new ScriptedWorker(x -> x.whole(200, "application/json", ANSWER));
                TestGateway gateway = new TestGateway(noRetries, TestGateway.PATIENT, 16, failing.uri(), good.uri())) {
            assertEquals(502, gateway.chat("").statusCode(), "a worker that is still in the pool");
            failing.script(x -> {
                gateway.fleet.dead.add(0); // others have found it out meanwhile
                x.whole(500, "application/json", "{}");
            });
            assertEquals(200, gateway.chat("").statusCode());
            assertEquals(1, good.requests.size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 40\r\n\r\n{\"choices\":[{\"index\":0,",
                "Content-Length: 12\r\n\r\n{\"choices\":[",
                "Content-Length: 6\r\n\r\n<html>",
                "Content-Length: 2\r\n\r\n{}",
                "Content-Length: 18\r\n\r\n{\"error\":\"broken\"}"
            })
    void anAnswerThatIsNotWholeIsA502(String rest) throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest);
                    x.reset();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> response = gateway.chat("");
            assertEquals(502, response.statusCode(), response.body());
            assertTrue(response.body().contains("\"type\":\"server_error\""), response.body());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aLargeAnswerIsPipedAndATruncatedOneBrokenOff() throws Exception {
        String large = ANSWER.replace("\"Hi\"", "\"" + "x".repeat(900_000) + "\"");
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", large));
                TestGateway gateway = new TestGateway(worker.uri())) {
            assertEquals(large, gateway.chat("").body());
            worker.script(x -> {
                x.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                x.chunk(large.substring(0, 600_000));
                x.lastChunk();
            });
            try (Socket client = gateway.send(TestGateway.chatBody(""))) {
                String all = TestGateway.readAll(client);
                assertTrue(all.startsWith("HTTP/1.1 200"));
                assertFalse(all.endsWith("0\r\n\r\n"), "a clean end");
            }
            gateway.assertNothingHeld();
        }
    }
}
