package dev.penstock.deploy.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers, chunks and errors against OpenAI's own schemas, and the framing of streams byte for byte. Two things that the
 * schemas refuse and OpenAI sends are waived: base64 embeddings (asked for as float here) and a null
 * {@code finish_reason} in chunks of text completions.
 */
@ExtendWith(TargetExtension.class)
final class SchemaConformanceTest {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Optional<OpenAiSchemas> schemas = Optional.empty();

    private final Target target;

    SchemaConformanceTest(Target target) {
        this.target = target;
    }

    @BeforeAll
    static void findSchemas() throws IOException {
        schemas = OpenAiSchemas.find();
    }

    @AfterAll
    static void close() {
        HTTP.close();
    }

    private HttpResponse<String> send(String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(target.url().resolve(path))
                .header("authorization", "Bearer " + target.key())
                .header("content-type", "application/json");
        var ready = body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(ready.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void conforms(String schema, JsonNode body) {
        schemas.ifPresent(known -> assertEquals(List.of(), known.violations(schema, body), body::toString));
    }

    /** Skipped where they are not: then the other tests look at the framing alone. */
    @Test
    void theSchemasLieBesideTheCheckout() {
        assumeTrue(schemas.isPresent(), OpenAiSchemas.file() + " is not there: nothing was checked against it");
        assertFalse(schemas.orElseThrow()
                .violations("CreateChatCompletionResponse", JSON.createObjectNode())
                .isEmpty());
    }

    private String chat(String more) {
        return """
                {"model": "%s", "temperature": 0, "max_tokens": 16%s,
                 "messages": [{"role": "user", "content": "What is 2 plus 3?"}]}""".formatted(target.chat(), more);
    }

    private String completion(String more) {
        return """
                {"model": "%s", "temperature": 0, "max_tokens": 8, "prompt": "Hello"%s}""".formatted(target.chat(), more);
    }

    /** The chunks of a stream, after a look at every byte between them. */
    private static List<JsonNode> chunks(HttpResponse<String> answer) throws IOException {
        assertEquals(200, answer.statusCode(), answer::body);
        assertTrue(answer.headers().firstValue("content-type").orElse("").startsWith("text/event-stream"));
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer::body);
        var chunks = new ArrayList<JsonNode>();
        for (var frame : answer.body().split("\n\n")) {
            assertTrue(frame.startsWith("data: ") && frame.indexOf('\n') < 0, frame);
            if (!frame.equals("data: [DONE]")) {
                chunks.add(JSON.readTree(frame.substring("data: ".length())));
            }
        }
        assertFalse(chunks.isEmpty());
        return chunks;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"logprobs\": true, \"top_logprobs\": 3", ", \"n\": 2, \"seed\": 1"})
    void chatAnswers(String more) throws Exception {
        var answer = send("/v1/chat/completions", chat(more));
        assertEquals(200, answer.statusCode(), answer::body);
        conforms("CreateChatCompletionResponse", JSON.readTree(answer.body()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ", \"stream_options\": {\"include_usage\": true}",
                ", \"logprobs\": true, \"top_logprobs\": 2",
                ", \"n\": 2, \"seed\": 1"
            })
    void chatChunks(String more) throws Exception {
        var chunks = chunks(send("/v1/chat/completions", chat(", \"stream\": true" + more)));
        chunks.forEach(chunk -> conforms("CreateChatCompletionStreamResponse", chunk));
        assertEquals(
                1,
                chunks.stream()
                        .map(chunk -> chunk.path("id").asText())
                        .distinct()
                        .count());
        var delta = chunks.getFirst().at("/choices/0/delta");
        assertEquals("assistant", delta.path("role").asText(), delta::toString);
        if (more.contains("include_usage")) {
            var last = chunks.getLast();
            assertTrue(last.path("choices").isArray() && last.path("choices").isEmpty(), last::toString);
            assertTrue(last.at("/usage/completion_tokens").asInt() > 0, last::toString);
        }
    }

    @Test
    void completions() throws Exception {
        var answer = send("/v1/completions", completion(", \"logprobs\": 2"));
        assertEquals(200, answer.statusCode(), answer::body);
        conforms("CreateCompletionResponse", JSON.readTree(answer.body()));
        for (var chunk : chunks(send("/v1/completions", completion(", \"stream\": true")))) {
            for (var choice : chunk.path("choices")) {
                if (choice.path("finish_reason").isNull()) {
                    ((ObjectNode) choice).put("finish_reason", "stop");
                }
            }
            conforms("CreateCompletionResponse", chunk);
        }
    }

    @Test
    void embeddings() throws Exception {
        var body = "{\"model\": \"%s\", \"input\": [\"a gateway\"], \"encoding_format\": \"float\"}";
        var answer = send("/v1/embeddings", body.formatted(target.embedding()));
        assertEquals(200, answer.statusCode(), answer::body);
        conforms("CreateEmbeddingResponse", JSON.readTree(answer.body()));
    }

    @Test
    void models() throws Exception {
        conforms("ListModelsResponse", JSON.readTree(send("/v1/models", "").body()));
    }

    @Test
    void errors() throws Exception {
        var requests = List.of(
                send("/v1/chat/completions", chat(", \"top_p\": 7")),
                send("/v1/chat/completions", "{\"model\": "),
                send("/v1/chat/completions", "{}"),
                send("/v1/chat/completions", "{\"model\": \"no-such-model\", \"messages\": []}"),
                send("/v1/models/no-such-model", ""),
                send("/v1/nothing-here", ""));
        for (var answer : requests) {
            assertTrue(answer.statusCode() >= 400 && answer.statusCode() < 500, answer::body);
            var body = JSON.readTree(answer.body());
            conforms("ErrorResponse", body);
            for (var key : List.of("message", "type", "param", "code")) {
                assertTrue(body.path("error").has(key), answer::body);
            }
            assertTrue(answer.headers().firstValue("x-request-id").isPresent(), answer::toString);
        }
    }
}
