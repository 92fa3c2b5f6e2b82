package dev.penstock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.WorkerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A worker over the bundled embedding model. */
final class EmbeddingWorkerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static WorkerProcess worker;

    @BeforeAll
    static void start() throws Exception {
        WorkerConfig config = ConfigLoader.system()
                .parse(
                        "test",
                        "{listener: {port: 0}, models: [{path: worker/models/target/models/all-MiniLM-L6-v2}]}",
                        Path.of(System.getProperty("penstock.root", "../..")),
                        WorkerConfig.class)
                .orThrow();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        worker = WorkerProcess.start(config, WorkerProcess.Surroundings.alone(VERTX, registry, registry::scrape))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        worker.ready().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        worker.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        VERTX.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        CLIENT.close();
    }

    private static JsonNode embed(String fields) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + worker.port() + "/v1/embeddings"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"all-MiniLM-L6-v2\"," + fields + "}"))
                .build();
        return MAPPER.readTree(
                CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static double cosine(JsonNode a, JsonNode b) {
        double dot = 0;
        for (int i = 0; i < a.size(); i++) {
            dot += a.get(i).asDouble() * b.get(i).asDouble();
        }
        return dot;
    }

    @Test
    void vectorsAreTheSameInBothEncodings() throws Exception {
        JsonNode vector = embed("\"input\":\"a cat\"").at("/data/0/embedding");
        String encoded = embed("\"input\":\"a cat\",\"encoding_format\":\"base64\"")
                .at("/data/0/embedding")
                .asText();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(encoded)).order(ByteOrder.LITTLE_ENDIAN);

        assertEquals(List.of("all-MiniLM-L6-v2"), worker.models());
        assertEquals(384, vector.size());
        assertEquals(384 * Float.BYTES, bytes.remaining());
        for (JsonNode component : vector) {
            assertEquals(component.floatValue(), bytes.getFloat());
        }
    }

    @Test
    void nearTextsHaveNearVectorsInTheirOrder() throws Exception {
        JsonNode answer = embed("\"input\":[\"a cat sleeps\",\"a kitten is asleep\",\"the price of steel\"]");
        JsonNode cat = answer.at("/data/0/embedding");

        assertEquals(3, answer.get("data").size());
        assertTrue(
                answer.at("/usage/prompt_tokens").asInt() >= 9,
                answer.get("usage").toString());
        assertEquals(1, cosine(cat, cat), 1e-3);
        assertTrue(cosine(cat, answer.at("/data/1/embedding")) > cosine(cat, answer.at("/data/2/embedding")) + 0.2);
    }

    @Test
    void moreVectorsThanFitTheEventLoopComeAllTheSame() throws Exception {
        String inputs = "\"a\",".repeat(39) + "\"a\"";

        assertEquals(40, embed("\"input\":[" + inputs + "]").get("data").size());
    }

    @Test
    void otherDimensionsAreAMissingCapability() throws Exception {
        JsonNode error = embed("\"input\":\"a\",\"dimensions\":64").get("error");

        assertEquals("dimensions", error.get("param").asText());
    }

    @Test
    void tooLongATextIsNamedSoUnlessItMayBeCut() throws Exception {
        String text = "word ".repeat(600);

        assertEquals(
                "context_length_exceeded",
                embed("\"input\":\"" + text + "\"").at("/error/code").asText());
        assertEquals(
                384,
                embed("\"truncate\":true,\"input\":\"" + text + "\"")
                        .at("/data/0/embedding")
                        .size());
    }
}
