package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.language.ChatMessage;
import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.Prompt;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ChatRoutesTest {
    private static final String START =
            "\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"org/mini\","
                    + "\"system_fingerprint\":\"fp_0123456789abcdef\",";

    private RoutesFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = RoutesFixture.open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private HttpResponse<String> chat(String more) throws Exception {
        return fixture.post(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}");
    }

    /** The id is random; everything else is not. */
    private static String withoutId(String body) {
        return body.replaceAll("\"id\":\"chatcmpl-[0-9a-f]{32}\",", "");
    }

    @Test
    void answersWhole() throws Exception {
        fixture.model.script(run -> run.say("Hel", "lo \"you\"\n").stop());
        HttpResponse<String> answer = chat("");

        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/json", answer.headers().firstValue("content-type").orElse(""));
        assertEquals(
                "{\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"org/mini\","
                        + "\"system_fingerprint\":\"fp_0123456789abcdef\",\"choices\":[{\"index\":0,\"message\":"
                        + "{\"role\":\"assistant\",\"content\":\"Hello \\\"you\\\"\\n\",\"refusal\":null,"
                        + "\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                        + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}",
                withoutId(answer.body()));
        assertTrue(answer.headers().firstValue("x-request-id").orElse("").startsWith("req-"));
        assertTrue(answer.headers().firstValue("openai-processing-ms").isPresent());
        assertEquals(
                "TEXT named_metrics.num_requests_running=1, named_metrics.num_requests_waiting=0,"
                        + " named_metrics.kv_cache_usage_perc=0.0, named_metrics.prompt_tokens_waiting=10,"
                        + " named_metrics.prompt_tokens_computed=420",
                answer.headers().firstValue("endpoint-load-metrics").orElse(""));
    }

    @Test
    void streamsInFrames() throws Exception {
        fixture.model.script(run ->
                run.say("Hel", "", "lo \u00fc").end(0, FinishReason.LENGTH).done());
        HttpResponse<String> answer = chat(",\"stream\":true");

        assertEquals(
                "text/event-stream; charset=utf-8",
                answer.headers().firstValue("content-type").orElse(""));
        assertEquals("no-cache", answer.headers().firstValue("cache-control").orElse(""));
        assertEquals("no", answer.headers().firstValue("x-accel-buffering").orElse(""));
        assertEquals(
                "data: {" + START + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
                        + "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + "data: {" + START + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},"
                        + "\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + "data: {" + START + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo \u00fc\"},"
                        + "\"logprobs\":null,\"finish_reason\":null}]}\n\n"
                        + "data: {" + START + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
                        + "\"finish_reason\":\"length\"}]}\n\n"
                        + "data: [DONE]\n\n",
                withoutId(answer.body()));
    }

    @Test
    void usageEndsTheStreamWhereAskedFor() throws Exception {
        fixture.model.script(run -> run.say("a").stop());
        String body = withoutId(chat(",\"stream\":true,\"stream_options\":{\"include_usage\":true}")
                .body());

        assertTrue(
                body.endsWith("data: {" + START.substring(0, START.length() - 1) + ",\"choices\":[],\"usage\":{"
                        + "\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                        + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}\n\ndata: [DONE]\n\n"),
                body);
        assertEquals(3, body.split("\"usage\":null", -1).length - 1, body);
    }

    @Test
    void choicesInterleaveByIndex() throws Exception {
        fixture.model.script(run -> run.say(0, "a")
                .say(1, "b")
                .say(0, "c")
                .end(1, FinishReason.STOP)
                .end(0, FinishReason.STOP)
                .done());
        String body = chat(",\"stream\":true,\"n\":2").body();

        assertEquals(2, body.split("\"role\":\"assistant\"", -1).length - 1, body);
        assertTrue(body.contains("\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}"), body);
        assertEquals(2, body.split("\"finish_reason\":\"stop\"", -1).length - 1, body);
        assertEquals(2, fixture.model.next().request.sequences());
    }

    @Test
    void logprobsComeWithTheirText() throws Exception {
        fixture.model.script(run -> run.say("\u00fc").stop());
        String expected = "\"logprobs\":{\"content\":[{\"token\":\"\u00fc\",\"logprob\":-0.5,\"bytes\":[195,188],"
                + "\"top_logprobs\":[{\"token\":\"t0\",\"logprob\":-1.0,\"bytes\":[116,48]}]}],\"refusal\":null}";

        assertTrue(chat(",\"logprobs\":true,\"top_logprobs\":1").body().contains(expected));
        String stream =
                chat(",\"logprobs\":true,\"top_logprobs\":1,\"stream\":true").body();
        assertTrue(stream.contains("{\"content\":\"\u00fc\"}," + expected), stream);
    }

    @Test
    void parametersReachTheEngine() throws Exception {
        fixture.model.script(run -> run.stop());
        chat(",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":-1,\"min_p\":0.1,\"presence_penalty\":1,"
                + "\"frequency_penalty\":-1,\"repetition_penalty\":1.1,\"logit_bias\":{\"3\":-100},\"seed\":42,"
                + "\"stop\":[\"a\",\"b\"],\"stop_token_ids\":[9],\"min_tokens\":2,\"ignore_eos\":true,"
                + "\"max_tokens\":3,\"max_completion_tokens\":7,\"chat_template_kwargs\":{\"x\":1},"
                + "\"unknown\":{\"big\":123456789012345678901234567890},\"user\":null,\"tools\":[],"
                + "\"response_format\":{\"type\":\"text\"},\"tool_choice\":\"none\"");
        var request = fixture.model.next().request;

        assertEquals(0.5f, request.sampling().temperature());
        assertEquals(0, request.sampling().topK());
        assertEquals(0.1f, request.sampling().minP());
        assertEquals(1.1f, request.sampling().repetitionPenalty());
        assertEquals(-100f, request.sampling().logitBias().get(3));
        assertEquals(OptionalLong.of(42), request.sampling().seed());
        assertEquals(List.of("a", "b"), request.stop().strings());
        assertEquals(Set.of(9), request.stop().tokenIds());
        assertEquals(2, request.stop().minTokens());
        assertTrue(request.stop().ignoreEos());
        assertEquals(OptionalInt.of(7), request.stop().maxTokens());
        assertEquals(1, ((Prompt.Chat) request.prompt()).arguments().get("x"));
    }

    @Test
    void messagesTakeEveryShapeOfText() throws Exception {
        fixture.model.script(run -> run.stop());
        fixture.post(RoutesFixture.CHAT, """
                {"model":"org/mini","messages":[{"role":"developer","content":"be brief"},
                {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                {"role":"assistant","content":null,"tool_calls":[]},{"role":"user","content":"c","name":"x"}]}
                """);

        assertEquals(
                List.of(
                        new ChatMessage("system", "be brief"),
                        new ChatMessage("user", "ab"),
                        new ChatMessage("assistant", ""),
                        new ChatMessage("user", "c")),
                ((Prompt.Chat) fixture.model.next().request.prompt()).messages());
    }

    @Test
    void aFullQueueIs503WithATimeToComeBack() throws Exception {
        fixture.model.refuse(new EngineBusyException(4, 4));
        HttpResponse<String> answer = chat(",\"stream\":true");

        assertEquals(503, answer.statusCode());
        assertEquals("1", answer.headers().firstValue("retry-after").orElse(""));
        assertTrue(answer.body().contains("\"code\":\"overloaded\""), answer.body());
    }

    @Test
    void aFailureBeforeTheFirstTokenHasItsStatus() throws Exception {
        fixture.model.script(run -> run.fail(new InferenceException("native detail", new RuntimeException())));
        HttpResponse<String> answer = chat(",\"stream\":true");

        assertEquals(500, answer.statusCode());
        assertEquals(
                "{\"error\":{\"message\":\"the model failed while it ran\",\"type\":\"server_error\",\"param\":null,"
                        + "\"code\":\"inference_failed\"}}",
                answer.body());
    }

    @Test
    void aFailureMidStreamIsAnErrorFrameAndNoEnd() throws Exception {
        fixture.model.script(run -> run.say("a").fail(new InferenceException("detail", new RuntimeException())));
        String body = chat(",\"stream\":true").body();

        assertTrue(
                body.endsWith("event: error\ndata: {\"error\":{\"message\":\"the model failed while it ran\","
                        + "\"type\":\"server_error\",\"param\":null,\"code\":\"inference_failed\"}}\n\n"),
                body);
        assertFalse(body.contains("[DONE]"), body);
        assertFalse(body.contains("\"finish_reason\":\"stop\""), body);
    }

    @Test
    void aLongPromptIsReadOffTheEventLoop() throws Exception {
        fixture.model.script(run -> run.say("a").stop());
        HttpResponse<String> answer = fixture.post(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(100_000)
                        + "\"}]}");

        assertEquals(200, answer.statusCode());
    }

    @Test
    void oneBodyTooLongIsRefusedOffTheEventLoopToo() throws Exception {
        HttpResponse<String> answer = chat(",\"n\":0,\"metadata\":\"" + "x".repeat(20_000) + "\"");

        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"param\":\"n\""), answer.body());
    }

    @Test
    void aClientThatLeavesCancelsItsGeneration() throws Exception {
        FakeLanguageModel.Run run;
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), fixture.port())) {
            String body =
                    "{\"model\":\"org/mini\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            run = fixture.model.next();
            run.say("a");
            assertTrue(socket.getInputStream().read() > 0);
        }

        assertTrue(run.cancelled.await(5, TimeUnit.SECONDS), "the generation was not cancelled");
    }
}
