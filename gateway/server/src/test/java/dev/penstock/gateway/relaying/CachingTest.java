package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.pipeline.RequestRecord;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that were answered before. */
class CachingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ZERO = ",\"temperature\":0";
    private static final String STREAM = ZERO + ",\"stream\":true";
    private static final String USAGE_STREAM = STREAM + ",\"stream_options\":{\"include_usage\":true}";

    static ScriptedWorker.Script answering(String text) {
        return answering("{\"role\":\"assistant\",\"content\":\"" + text + "\"}", "stop");
    }

    static ScriptedWorker.Script answering(String message, String finish) {
        return x -> x.whole(
                200,
                "application/json",
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
                        + message + ",\"finish_reason\":\"" + finish
                        + "\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}");
    }

    static ScriptedWorker.Script streaming(String... words) {
        return x -> {
            x.raw(SSE_HEAD);
            for (String word : words) {
                x.chunk(chunk("{\"content\":\"" + word + "\"}", "null", ""));
            }
            x.chunk(chunk("{}", "\"stop\"", ""));
            x.chunk(frame(
                    "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                            + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}"));
            x.chunk(DONE);
            x.lastChunk();
        };
    }

    private static String chunk(String delta, String finish, String more) {
        return frame(
                "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]" + more + "}");
    }

    static String said(HttpResponse<String> answer) throws Exception {
        if (!header(answer, "content-type").startsWith("text/event-stream")) {
            return content(MAPPER.readTree(answer.body()), "message");
        }
        StringBuilder text = new StringBuilder();
        for (String line :
                answer.body().lines().filter(each -> each.startsWith("data: {")).toList()) {
            text.append(content(MAPPER.readTree(line.substring(6)), "delta"));
        }
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
        return text.toString();
    }

    private static String content(JsonNode document, String part) {
        return document.path("choices").path(0).path(part).path("content").asText("");
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    static String cached(HttpResponse<String> answer) {
        return header(answer, "x-penstock-cache");
    }

    private static HttpResponse<String> ask(TestGateway gateway, String extra, String... headers) throws Exception {
        return gateway.post("/v1/chat/completions", TestGateway.chatBody(extra), headers);
    }

    @Test
    void whatWasAnsweredIsAnsweredAgain() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            HttpResponse<String> first = ask(gateway, ZERO);
            assertEquals("miss", cached(first));
            memory.await(1);
            worker.script(answering("two"));
            memory.now = memory.now.plusSeconds(7);
            HttpResponse<String> again = ask(gateway, ",\"stream\":false,\"user\":\"u\"" + ZERO);
            assertEquals("exact", cached(again));
            assertEquals("7", header(again, "age"));
            assertEquals("0", header(again, "x-penstock-cost-usd"));
            assertEquals("", header(again, "x-penstock-worker"));
            assertEquals(MAPPER.readTree(first.body()), MAPPER.readTree(again.body()));
            assertEquals(1, worker.requests.size());
            eventually("both settled", () -> gateway.records.size() == 2);
            RequestRecord record = gateway.accounts.getLast();
            assertTrue(record.memory().hit());
            assertEquals("exact", record.memory().state());
            assertEquals(0, record.attempts());
            assertEquals(200, record.status());
            // Another question is another answer, and so is the same of another temperature.
            assertEquals("two", said(ask(gateway, ",\"max_tokens\":9" + ZERO)));
            assertEquals("bypass; reason=temperature", cached(ask(gateway, "")));
            assertEquals("bypass; reason=temperature", cached(ask(gateway, ",\"temperature\":0.5")));
            memory.now = memory.now.plus(Duration.ofHours(1));
            assertEquals("miss", cached(ask(gateway, ZERO)));
            gateway.assertNothingHeld();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no-cache, miss",
        "'no-cache, no-store', bypass; reason=no-store",
        "no-store, exact",
        "max-age=4, miss",
        "max-age=5, exact",
        "only-if-cached, exact",
        "'only-if-cached, max-age=4', 504"
    })
    void aClientSaysWhatMemoryMayDo(String control, String expected) throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            ask(gateway, ZERO);
            memory.await(1);
            memory.now = memory.now.plusSeconds(5);
            HttpResponse<String> answer = ask(gateway, ZERO, "cache-control", control);
            if (expected.equals("504")) {
                assertEquals(504, answer.statusCode());
                assertTrue(answer.body().contains("not_cached"), answer.body());
            } else {
                assertEquals(expected, cached(answer));
            }
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoNamesAnAgeTakesWhatIsThereWhateverTheTemperature() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            assertEquals("miss", cached(ask(gateway, "", "cache-control", "max-age=60")));
            memory.await(1);
            assertEquals("exact", cached(ask(gateway, "", "cache-control", "max-age=60")));
            assertEquals("bypass; reason=temperature", cached(ask(gateway, "")));
            HttpResponse<String> malformed = ask(gateway, "", "cache-control", "max-age=soon");
            assertEquals(400, malformed.statusCode());
            assertTrue(malformed.body().contains("Cache-Control: max-age=soon"), malformed.body());
            memory.configure("{any-temperature: true}");
            assertEquals("exact", cached(ask(gateway, "")));
        }
    }

    @Test
    void nothingIsKeptThatIsNotToBe() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(answering("one"));
                Memory memory = new Memory("{max-answer: 1KiB, private-answers: \"off\"}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            ask(gateway, ZERO, "cache-control", "no-store");
            ask(gateway, ZERO, "x-penstock-data-class", "private");
            worker.script(answering("x".repeat(1024)));
            ask(gateway, ZERO);
            worker.script(streaming("x".repeat(9_000)));
            ask(gateway, STREAM);
            gateway.assertNothingHeld();
            worker.script(answering("kept"));
            ask(gateway, ",\"seed\":1" + ZERO);
            memory.await(1); // kept in order: what came before it is not
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"assistant\",\"content\":\"cut\"}|length",
                "{\"role\":\"assistant\",\"content\":\"hm\"}|content_filter",
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}|stop",
                "{\"role\":\"assistant\",\"content\":\"\"}|stop",
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}|tool_calls"
            })
    void refusedCutAndToolAnswersAreNotKept(String answer) throws Exception {
        String[] parts = answer.split("\\|");
        try (ScriptedWorker worker = new ScriptedWorker(answering(parts[0], parts[1]));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            ask(gateway, ZERO);
            worker.script(answering("whole"));
            ask(gateway, ",\"seed\":1" + ZERO);
            memory.await(1);
            assertEquals("miss", cached(ask(gateway, ZERO)));
            assertEquals(3, worker.requests.size());
        }
    }

    @Test
    void aBrokenStreamIsNotKept() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(chunk("{\"content\":\"half\"}", "null", ""));
                    x.reset();
                });
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            try (var socket = gateway.send(TestGateway.chatBody(STREAM))) {
                assertTrue(TestGateway.readAll(socket).contains("half"));
            }
            worker.script(answering("whole"));
            ask(gateway, ",\"seed\":1" + ZERO);
            memory.await(1);
            assertEquals("miss", cached(ask(gateway, ZERO)));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamIsAnsweredAsAWholeAndAWholeAsAStream() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(streaming("one", " two"));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            HttpResponse<String> first = ask(gateway, STREAM);
            assertEquals("one two", said(first));
            assertFalse(first.body().contains("usage"));
            memory.await(1);
            HttpResponse<String> whole = ask(gateway, ZERO);
            assertEquals("exact", cached(whole));
            assertEquals("one two", said(whole));
            assertEquals(
                    7,
                    MAPPER.readTree(whole.body())
                            .path("usage")
                            .path("total_tokens")
                            .asInt());
            HttpResponse<String> stream = ask(gateway, USAGE_STREAM);
            assertEquals("exact", cached(stream));
            assertEquals("text/event-stream", header(stream, "content-type"));
            assertEquals("no-cache", header(stream, "cache-control"));
            assertEquals("one two", said(stream));
            assertTrue(stream.body().contains("\"total_tokens\":7"), stream.body());
            assertFalse(ask(gateway, STREAM).body().contains("total_tokens"));
            assertEquals(1, worker.requests.size());
        }
    }
}
