package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.Prompt;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.LimitsConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OtherRoutesTest {
    @Test
    void completionsAnswerWholeAndInChunks() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.script(run -> run.say("a", "b").stop());
            String whole = fixture.post(RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\"}")
                    .body();
            String stream = fixture.post(
                            RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\",\"stream\":true}")
                    .body();

            assertTrue(
                    whole.contains("\"object\":\"text_completion\"")
                            && whole.contains("\"choices\":[{\"index\":0,\"text\":\"ab\",\"logprobs\":null,"
                                    + "\"finish_reason\":\"stop\"}]"),
                    whole);
            assertTrue(
                    stream.contains("\"choices\":[{\"index\":0,\"text\":\"a\",\"logprobs\":null,"
                            + "\"finish_reason\":null}]}\n\n"),
                    stream);
            assertTrue(
                    stream.endsWith("\"choices\":[{\"index\":0,\"text\":\"\",\"logprobs\":null,"
                            + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"),
                    stream);
            assertEquals(OptionalInt.of(16), fixture.model.next().request.stop().maxTokens());
        }
    }

    @Test
    void severalPromptsAreChoicesOfOneAnswer() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.script(run -> {
                String text = ((Prompt.Text) run.request.prompt()).text();
                run.say(0, text + "0").say(1, text + "1");
                run.end(0, FinishReason.STOP).end(1, FinishReason.STOP).done();
            });
            String whole = fixture.post(
                            RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":[\"p\",\"q\"],\"n\":2}")
                    .body();

            for (String choice :
                    List.of("0,\"text\":\"p0\"", "1,\"text\":\"p1\"", "2,\"text\":\"q0\"", "3,\"text\":\"q1\"")) {
                assertTrue(whole.contains("{\"index\":" + choice), whole);
            }
            assertTrue(whole.contains("\"prompt_tokens\":10,\"completion_tokens\":4,"), whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2,3]", "[[1,2,3]]"})
    void tokenIdsArePrompts(String prompt) throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.script(FakeLanguageModel.Run::stop);
            fixture.post(RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"echo\":true,\"prompt\":" + prompt + "}");

            var request = fixture.model.next().request;
            assertEquals(new Prompt.Tokens(List.of(1, 2, 3)), request.prompt());
            assertTrue(request.echo());
        }
    }

    @Test
    void olderLogprobsCountOffsetsAcrossChunks() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.script(run -> run.say("ab", "c").stop());
            String body = fixture.post(
                            RoutesFixture.COMPLETIONS,
                            "{\"model\":\"org/mini\",\"prompt\":\"x\",\"logprobs\":1,\"stream\":true}")
                    .body();

            assertTrue(
                    body.contains("\"text\":\"ab\",\"logprobs\":{\"tokens\":[\"ab\"],\"token_logprobs\":[-0.5],"
                            + "\"top_logprobs\":[{\"t0\":-1.0,\"ab\":-0.5}],\"text_offset\":[0]}"),
                    body);
            assertTrue(body.contains("\"text_offset\":[2]"), body);
        }
    }

    @Test
    void embeddingsComeInBothEncodings() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            String floats = fixture.post(RoutesFixture.EMBEDDINGS, "{\"model\":\"embed\",\"input\":[\"a\",\"b\"]}")
                    .body();
            String base64 = fixture.post(
                            RoutesFixture.EMBEDDINGS,
                            "{\"model\":\"embed\",\"input\":[1,2],\"encoding_format\":\"base64\"}")
                    .body();

            assertEquals(
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1.0,-0.5,0.25]},"
                            + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[1.0,-0.5,0.25]}],"
                            + "\"model\":\"embed\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}",
                    floats);
            assertTrue(base64.contains("\"embedding\":\"AACAPwAAAL8AAIA+\""), base64);
        }
    }

    @Test
    void modelsAreListedAndFoundByName() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            String mini = "{\"id\":\"org/mini\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"penstock\"}";
            String list = fixture.get("/v1/models").body();

            assertTrue(list.startsWith("{\"object\":\"list\",\"data\":[{") && list.contains(mini), list);
            assertEquals(mini, fixture.get("/v1/models/org/mini").body());
            assertEquals(mini, fixture.get("/v1/models/org%2Fmini").body());
            assertEquals(404, fixture.get("/v1/models/none").statusCode());
            assertEquals(
                    404, fixture.get("/v1/models/%zz".replace("%zz", "%25zz")).statusCode());
        }
    }

    @Test
    void aRequestIdIsKept() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            var request = java.net.http.HttpRequest.newBuilder(fixture.uri("/v1/models"))
                    .header("x-request-id", "abc-1")
                    .build();
            var answer = fixture.client.send(request, HttpResponse.BodyHandlers.ofString());

            assertEquals("abc-1", answer.headers().firstValue("x-request-id").orElse(""));
        }
    }

    @Test
    void onlyThePoolIsLetInWhereSo() throws Exception {
        try (RoutesFixture fixture =
                new RoutesFixture(ConfigLoader.defaults(LimitsConfig.class), header -> header.equals("Bearer right"))) {
            fixture.openModels();

            HttpResponse<String> refused = fixture.post(RoutesFixture.CHAT, "{}");
            assertEquals(401, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"invalid_api_key\""), refused.body());
            assertEquals(401, fixture.get("/v1/models").statusCode());
            assertEquals(200, fixture.get("/health").statusCode());
            var request = java.net.http.HttpRequest.newBuilder(fixture.uri("/v1/models"))
                    .header("authorization", "Bearer right")
                    .build();
            assertEquals(
                    200,
                    fixture.client
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode());
        }
    }

    @Test
    void saysThatItIsLoadingThenOk() throws Exception {
        try (RoutesFixture fixture = new RoutesFixture(ConfigLoader.defaults(LimitsConfig.class), any -> true)) {
            assertEquals(503, fixture.get("/health").statusCode());
            HttpResponse<String> early = fixture.post(RoutesFixture.CHAT, "{}");
            assertEquals(503, early.statusCode());
            assertTrue(early.body().contains("\"code\":\"loading\""), early.body());
            assertEquals("1", early.headers().firstValue("retry-after").orElse(""));

            fixture.openModels();
            HttpResponse<String> health = fixture.get("/health");
            assertEquals(200, health.statusCode());
            assertTrue(
                    health.body()
                            .startsWith("{\"status\":\"ok\",\"requests\":0,\"running\":1,\"queued\":0,\"models\":["),
                    health.body());
        }
    }

    @Test
    void aWorkerWithADeadModelIsNotReady() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.die();
            HttpResponse<String> health = fixture.get("/health");
            HttpResponse<String> refused = fixture.post(RoutesFixture.CHAT, "{}");

            assertEquals(503, health.statusCode());
            assertTrue(health.body().startsWith("{\"status\":\"model_failed\""), health.body());
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"model_failed\""), refused.body());
        }
    }

    @Test
    void drainingFinishesWhatItHasAndTakesNoMore() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            CompletableFuture<HttpResponse<String>> answer = fixture.client.sendAsync(
                    fixture.request(
                            RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\",\"stream\":true}"),
                    HttpResponse.BodyHandlers.ofString());
            FakeLanguageModel.Run run = fixture.model.next();
            run.say("a");
            var drained = fixture.drain
                    .drain(fixture.vertx, java.time.Duration.ofSeconds(20))
                    .toCompletionStage()
                    .toCompletableFuture();

            HttpResponse<String> refused = fixture.post(RoutesFixture.CHAT, "{}");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"stopping\""), refused.body());
            assertTrue(fixture.get("/health").body().startsWith("{\"status\":\"draining\""));
            run.say("b").stop();
            assertTrue(answer.get(10, TimeUnit.SECONDS).body().endsWith("data: [DONE]\n\n"));
            assertTrue(drained.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatIsBrokenOffEndsInAnErrorFrame() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            CompletableFuture<HttpResponse<String>> answer = fixture.client.sendAsync(
                    fixture.request(
                            RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\",\"stream\":true}"),
                    HttpResponse.BodyHandlers.ofString());
            FakeLanguageModel.Run run = fixture.model.next();
            run.say("a");
            fixture.backend.abort();
            assertTrue(run.cancelled.await(5, TimeUnit.SECONDS));
            run.end(0, FinishReason.CANCELLED).done();

            String body = answer.get(10, TimeUnit.SECONDS).body();
            assertTrue(body.contains("event: error\ndata: ") && body.contains("\"code\":\"stopping\""), body);
            assertTrue(!body.contains("[DONE]"), body);
        }
    }

    @Test
    void metricsCountTokensByServedModelsOnly() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            fixture.model.script(run -> run.say("a", "b").stop());
            fixture.post(RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\"}");
            fixture.post(RoutesFixture.COMPLETIONS, "{\"model\":\"made-up\",\"prompt\":\"x\"}");
            String metrics = fixture.get("/metrics").body();

            assertTrue(
                    metrics.contains("penstock_worker_tokens_total{gen_ai_operation_name=\"text_completion\","
                            + "gen_ai_request_model=\"org/mini\",gen_ai_token_type=\"output\",outcome=\"ok\"} 2.0"),
                    metrics);
            assertTrue(metrics.contains("gen_ai_server_time_to_first_token_seconds_bucket"), metrics);
            assertTrue(!metrics.contains("made-up"), metrics);
        }
    }

    private static double tokens(RoutesFixture fixture, String type, String outcome) {
        return fixture.registry
                .get("penstock.worker.tokens")
                .tags("gen_ai.request.model", "org/mini", "gen_ai.token.type", type, "outcome", outcome)
                .counter()
                .count();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tokensOfARequestWhoseClientLeftAreCounted(boolean stream) throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            FakeLanguageModel.Run run;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
                String body = "{\"model\":\"org/mini\",\"prompt\":\"x\",\"stream\":" + stream + "}";
                socket.getOutputStream()
                        .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                run = fixture.model.next();
                run.say("a", "b", "c").settle();
            }
            assertTrue(run.cancelled.await(10, TimeUnit.SECONDS), "not cancelled");
            fixture.drain
                    .drain(fixture.vertx, Duration.ofSeconds(10))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            // The record is written behind the drain's ticket, on the event loop that this passes through.
            fixture.get("/health");

            assertEquals(5, tokens(fixture, "input", "cancelled"));
            assertEquals(3, tokens(fixture, "output", "cancelled"));
        }
    }

    @Test
    void moreInputsThanMayEverWaitAreRefusedForGood() throws Exception {
        try (RoutesFixture fixture = RoutesFixture.open()) {
            String inputs = "\"a\",".repeat(64) + "\"a\"";
            HttpResponse<String> answer =
                    fixture.post(RoutesFixture.EMBEDDINGS, "{\"model\":\"embed\",\"input\":[" + inputs + "]}");

            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(
                    answer.body()
                            .contains("input: 65 inputs (expected: at most 64 in one request to this worker)\","
                                    + "\"type\":\"invalid_request_error\",\"param\":\"input\""),
                    answer.body());
        }
    }
}
