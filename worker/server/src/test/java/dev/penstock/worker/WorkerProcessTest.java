package dev.penstock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.onnx.RandomModel;
import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.Announcer;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.WorkerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole worker over a model that really runs, if only nonsense. */
final class WorkerProcessTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path directory;

    private static Vertx vertx;
    private static HttpClient client;
    private static WorkerProcess worker;
    private static final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private static final CompletableFuture<WorkerDescription> described = new CompletableFuture<>();

    /** Remembers what it was told to do. */
    private static final class RecordingAnnouncer implements Announcer {
        @Override
        public void start() {
            told.add("start");
        }

        @Override
        public void changed() {
            told.add("changed");
        }

        @Override
        public CompletionStage<Void> drain(Duration limit) {
            told.add("drain");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> leave(Duration limit) {
            told.add("leave");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    private static Announcer announcer(String id, WorkerDescription description, Supplier<AnnouncedLoad> load) {
        assertEquals("w1", id);
        assertEquals(AnnouncedLoad.IDLE, load.get());
        described.complete(description);
        return new RecordingAnnouncer();
    }

    private static WorkerConfig config(String yaml) {
        return ConfigLoader.system()
                .parse("test", yaml, directory, WorkerConfig.class)
                .orThrow();
    }

    private static WorkerProcess.Surroundings surroundings(AnnouncerFactory announcers) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        return new WorkerProcess.Surroundings(vertx, registry, registry::scrape, announcers, any -> true);
    }

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        RandomModel.write(directory.resolve("tiny"), RandomModel.llama(), 7);
        worker = WorkerProcess.start(config("""
                                id: w1
                                listener: {port: 0}
                                models:
                                  - {path: tiny, max-batch: 4, queue: 2, price: {output-per-million: 2}}
                                """), surroundings(WorkerProcessTest::announcer))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        worker.ready().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stopInOrder() throws Exception {
        worker.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        client.close();

        assertEquals(List.of("start", "drain", "leave", "close"), told);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + worker.port() + path))
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode completion(String more) throws Exception {
        HttpResponse<String> answer = post(
                "/v1/completions",
                "{\"model\":\"tiny\",\"prompt\":\"abc\",\"temperature\":0,\"max_tokens\":8,\"ignore_eos\":true" + more
                        + "}");
        assertEquals(200, answer.statusCode(), answer.body());
        return MAPPER.readTree(answer.body());
    }

    @Test
    void saysWhatItServes() throws Exception {
        WorkerDescription description = described.get(10, TimeUnit.SECONDS);
        AnnouncedModel tiny = description.models().getFirst();

        assertEquals(List.of("tiny"), worker.models());
        assertEquals("tiny", tiny.name());
        assertEquals(512, tiny.contextTokens());
        assertTrue(tiny.capabilities().containsAll(List.of("chat", "completion", "logprobs")));
        assertEquals(2.0, tiny.price().orElseThrow().outputPerMillion());
        assertEquals(4, description.capacity());
        assertEquals(URI.create("http://127.0.0.1:" + worker.port()), description.endpoint());
        assertEquals("cpu", description.accelerator());
    }

    @Test
    void chatStreamsToItsEnd() throws Exception {
        HttpResponse<String> answer = post(
                "/v1/chat/completions",
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":12,"
                        + "\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"finish_reason\":\"length\""), answer.body());
        assertTrue(answer.body().contains("\"completion_tokens\":12,"), answer.body());
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
    }

    @Test
    void theSameSeedGivesTheSameText() throws Exception {
        String body = "{\"model\":\"tiny\",\"prompt\":\"abc\",\"seed\":5,\"max_tokens\":8,\"ignore_eos\":true}";
        String first = post("/v1/completions", body).body();

        assertEquals(
                MAPPER.readTree(first).at("/choices/0/text"),
                MAPPER.readTree(post("/v1/completions", body).body()).at("/choices/0/text"));
    }

    @Test
    void choicesAreAsManyAsAskedFor() throws Exception {
        JsonNode answer = completion(",\"n\":3");

        assertEquals(3, answer.get("choices").size());
        assertEquals(24, answer.at("/usage/completion_tokens").asInt());
    }

    @Test
    void echoComesWithItsLogprobs() throws Exception {
        JsonNode choice = completion(",\"echo\":true,\"logprobs\":2").at("/choices/0");

        assertTrue(choice.get("text").asText().startsWith("abc"), choice.toString());
        assertEquals(11, choice.at("/logprobs/tokens").size());
        assertEquals(11, choice.at("/logprobs/text_offset").size());
        assertTrue(choice.at("/logprobs/token_logprobs/0").isNull());
        assertTrue(choice.at("/logprobs/token_logprobs/5").asDouble() <= 0);
    }

    @Test
    void offsetsPointIntoTheTextWhichSpecialTokensAreNotIn() throws Exception {
        // The first id is a special token; the tokenizer of this model has one token a byte after those.
        String body = "{\"model\":\"tiny\",\"prompt\":[1,100,101],\"max_tokens\":1,\"echo\":true,\"logprobs\":0}";
        JsonNode choice = MAPPER.readTree(post("/v1/completions", body).body()).at("/choices/0");

        assertEquals(List.of(0, 0, 1, 2), MAPPER.convertValue(choice.at("/logprobs/text_offset"), List.class));
    }

    private static long reported(HttpResponse<String> answer, String name) {
        String report = answer.headers().firstValue("endpoint-load-metrics").orElse("");
        return Arrays.stream(report.split("[ ,]+", -1))
                .filter(metric -> metric.startsWith("named_metrics." + name + "="))
                .mapToLong(metric -> Long.parseLong(metric.substring(metric.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in: " + report));
    }

    /** The head of a stream is sent with its first token: what its prompt took has been counted by then. */
    @Test
    void everyAnswerTellsOfThePromptTokens() throws Exception {
        long before = 0;
        for (boolean stream : List.of(false, true, false)) {
            HttpResponse<String> answer = post(
                    "/v1/completions",
                    "{\"model\":\"tiny\",\"prompt\":[1,100,101,102,103],\"max_tokens\":3,\"ignore_eos\":true,\"stream\":"
                            + stream + "}");

            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(0, reported(answer, "prompt_tokens_waiting"));
            long computed = reported(answer, "prompt_tokens_computed");
            assertTrue(before == 0 ? computed >= 5 : computed == before + 5, computed + " after " + before);
            before = computed;
        }
    }

    @Test
    void aStopStringEndsTheTextBeforeIt() throws Exception {
        String text = completion("").at("/choices/0/text").asText();
        int from = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
        String stop = text.substring(from, text.offsetByCodePoints(from, 1));
        JsonNode choice = completion(",\"stop\":[" + MAPPER.writeValueAsString(stop) + "]")
                .at("/choices/0");

        assertEquals("stop", choice.get("finish_reason").asText());
        assertEquals(text.substring(0, text.indexOf(stop)), choice.get("text").asText());
    }

    @Test
    void tooLongAPromptIsNamedSo() throws Exception {
        HttpResponse<String> answer =
                post("/v1/completions", "{\"model\":\"tiny\",\"prompt\":\"" + "x".repeat(600) + "\",\"max_tokens\":1}");

        assertEquals(400, answer.statusCode());
        assertEquals(
                "context_length_exceeded",
                MAPPER.readTree(answer.body()).at("/error/code").asText());
        assertEquals("prompt", MAPPER.readTree(answer.body()).at("/error/param").asText());
    }

    @Test
    void aModelThatIsNotThereFailsTheStartWithItsPath() throws Exception {
        WorkerProcess broken = WorkerProcess.start(
                        config("{listener: {port: 0}, models: [{path: nowhere}]}"),
                        surroundings((id, description, load) -> new NoAnnouncer()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        ExecutionException failure = assertThrows(
                ExecutionException.class,
                () -> broken.ready().toCompletableFuture().get(30, TimeUnit.SECONDS));

        assertInstanceOf(ModelLoadException.class, failure.getCause());
        assertTrue(String.valueOf(failure.getMessage()).contains("nowhere"), failure.getMessage());
        broken.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aTakenPortFailsTheStart() {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> WorkerProcess.start(
                        config("{listener: {port: " + worker.port() + "}, models: [{path: tiny}]}"),
                        surroundings((id, description, load) -> new NoAnnouncer()))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS));

        assertInstanceOf(IOException.class, failure.getCause());
        assertTrue(String.valueOf(failure.getMessage()).contains(":" + worker.port()), failure.getMessage());
    }
}
