package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.TokenUsage;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What works, works byte for byte. */
class RelayTest {
    static final String ANSWER =
            "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
                    + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
                    + "\"seed\":123456789012345678901234567890,\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                    + "\"total_tokens\":7}}";
    static final String ROLE =
            frame("{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
    static final String USAGE =
            frame("{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}");
    static final String FINISH = frame("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    static final String DONE = "data: [DONE]\n\n";
    static final String STREAM = ",\"stream\":true";

    static String frame(String json) {
        return "data: " + json + "\n\n";
    }

    static String content(String text) {
        return frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}");
    }

    @Test
    void anAnswerIsTheWorkersByteForByte() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", ANSWER));
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> response = gateway.chat(",\"unknown\":{\"big\":98765432109876543210, \"x\":[1.0e5]}");
            assertEquals(200, response.statusCode());
            assertEquals(ANSWER, response.body());
            assertEquals(
                    "application/json",
                    response.headers().firstValue("content-type").orElseThrow());
            assertEquals(
                    "w0", response.headers().firstValue("x-penstock-worker").orElseThrow());
            assertEquals(
                    "local", response.headers().firstValue("x-penstock-site").orElseThrow());
            assertEquals(
                    "in-order",
                    response.headers().firstValue("x-penstock-policy").orElseThrow());
            assertEquals(
                    "two-choices",
                    response.headers().firstValue("x-penstock-reason").orElseThrow());
            assertEquals(Optional.empty(), response.headers().firstValue("x-penstock-cost-usd"));
            assertTrue(
                    response.headers().firstValue("x-request-id").orElseThrow().startsWith("req_"));
            assertEquals(
                    TestGateway.chatBody(",\"unknown\":{\"big\":98765432109876543210, \"x\":[1.0e5]}"),
                    worker.requests.getFirst().body());
            RequestRecord record = gateway.settled();
            assertEquals("ok", record.result());
            assertEquals(new TokenUsage(5, 2, 0, false), record.usage());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamIsTheWorkersWithoutTheUsageNobodyAskedFor() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE);
                    x.chunk(content("He"));
                    x.chunk(content("llo €") + FINISH + USAGE);
                    x.chunk(DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            HttpResponse<String> response = gateway.chat(STREAM + ",\"stream_options\":{\"other\":1}");
            assertEquals(200, response.statusCode());
            assertEquals(ROLE + content("He") + content("llo €") + FINISH + DONE, response.body());
            assertEquals(
                    "no-cache", response.headers().firstValue("cache-control").orElseThrow());
            assertEquals(
                    "no", response.headers().firstValue("x-accel-buffering").orElseThrow());
            assertTrue(worker.requests
                    .getFirst()
                    .body()
                    .endsWith(",\"stream\":true,\"stream_options\":{\"other\":1,\"include_usage\":true}}"));
            RequestRecord record = gateway.settled();
            assertEquals(new TokenUsage(5, 2, 0, false), record.usage());
            assertTrue(record.timeToFirstToken().isPresent());
            gateway.assertNothingHeld();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "Keep-Alive: timeout=0", "Connection: Close, foo"})
    void aConnectionThatItsServerDoesNotKeepIsNotUsedAgain(String header) throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", ANSWER, header));
                TestGateway gateway = new TestGateway(worker.uri())) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, gateway.chat("").statusCode());
                gateway.settled();
            }
            assertEquals(3, worker.connections.get());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void theUsageChunkPassesForWhoAsked() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + content("a") + FINISH + USAGE + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            String asked = STREAM + ",\"stream_options\":{\"include_usage\":true}";
            assertEquals(
                    ROLE + content("a") + FINISH + USAGE + DONE,
                    gateway.chat(asked).body());
            assertEquals(TestGateway.chatBody(asked), worker.requests.getFirst().body());
        }
    }

    @Test
    void aKeptConnectionServesTheNextRequest() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(content("a") + FINISH + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            for (int i = 0; i < 5; i++) {
                assertEquals(200, gateway.chat(STREAM).statusCode());
            }
            assertEquals(5, worker.requests.size());
            assertEquals(1, worker.connections.get());
        }
    }

    @Test
    void aForeignModelNameIsTheWorkersAlone() throws Exception {
        String theirs =
                "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"model\":\"llama:8b\"}";
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(frame(theirs) + "id: 7\n" + frame(theirs) + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.modelNames.put("m", "llama:8b");
            String ours = frame(theirs.replace("llama:8b", "m"));
            assertEquals(ours + ours + DONE, gateway.chat(STREAM).body());
            assertTrue(worker.requests.getFirst().body().startsWith("{\"model\":\"llama:8b\","));
            worker.script(x -> x.whole(200, "application/json", theirs));
            assertEquals(theirs.replace("llama:8b", "m"), gateway.chat("").body());
        }
    }

    @Test
    void aForeignModelNameAtTheEndOfALargeAnswerIsTheWorkersAloneToo() throws Exception {
        String theirs = "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(900_000)
                + "\"},\"finish_reason\":\"stop\"}],\"model\":\"llama:8b\"}";
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", theirs));
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.modelNames.put("m", "llama:8b");
            assertEquals(theirs.replace("llama:8b", "m"), gateway.chat("").body());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aWorkerThatKnowsOnlyMaxTokensIsToldThose() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", ANSWER));
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.chat(",\"max_completion_tokens\":7");
            assertFalse(worker.requests.getLast().body().contains("max_tokens"));
            gateway.maxTokensOnly = true;
            gateway.chat(",\"max_completion_tokens\":7");
            assertTrue(worker.requests.getLast().body().contains("\"max_tokens\":7"));
            gateway.chat(",\"max_tokens\":9,\"max_completion_tokens\":7");
            assertTrue(worker.requests.getLast().body().contains("\"max_tokens\":7"));
        }
    }

    @Test
    void theWorkerSeesNothingOfTheClientsHeaders() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(
                        x -> x.whole(200, "application/json", ANSWER, "Set-Cookie: a=b", "X-Internal: 1"));
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.credential.put("authorization", "Bearer upstream-secret");
            String trace = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";
            HttpResponse<String> response = gateway.post(
                    "/v1/chat/completions",
                    TestGateway.chatBody(""),
                    "authorization",
                    "Bearer client-secret",
                    "x-forwarded-for",
                    "1.2.3.4",
                    "cookie",
                    "c=d",
                    "x-request-id",
                    "mine-1",
                    "traceparent",
                    trace);
            ScriptedWorker.Request seen = worker.requests.getFirst();
            assertEquals("Bearer upstream-secret", seen.header("authorization"));
            assertFalse(seen.headers().toString().contains("client-secret"));
            assertEquals("", seen.header("cookie") + seen.header("x-forwarded-for"));
            assertEquals("mine-1", seen.header("x-request-id"));
            assertTrue(seen.header("traceparent").startsWith(trace.substring(0, 36)));
            assertFalse(seen.header("traceparent").equals(trace));
            assertEquals("mine-1", response.headers().firstValue("x-request-id").orElseThrow());
            assertTrue(response.headers().firstValue("set-cookie").isEmpty());
            assertTrue(response.headers().firstValue("x-internal").isEmpty());
        }
    }
}
