package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read of an Ollama that answers as the test says. */
@Timeout(60)
class OllamaSignalsTest {
    private static final ModelId LLAMA = new ModelId("llama");
    private static final ModelId MISTRAL = new ModelId("mistral");
    private static final ModelId PHI = new ModelId("phi");
    private static final Map<ModelId, String> NAMES =
            Map.of(LLAMA, "llama3.1:8b", MISTRAL, "mistral", PHI, "registry.local:5000/phi");
    /** As Ollama 0.5 answers. */
    private static final String RUNNING = """
            {"models":[
              {"name":"mistral:latest","model":"mistral:latest","size":5137025024,"digest":"2ae6f6dd7a3d",
               "details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],
               "parameter_size":"7.2B","quantization_level":"Q4_0"},
               "expires_at":"2026-06-04T14:38:31.83753-07:00","size_vram":5137025024},
              {"name":"registry.local:5000/phi:latest"},
              {"name":"unknown:latest"}]}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Optional<Set<ModelId>> loaded(Handler<HttpServerRequest> handler) throws Exception {
        int port = await(vertx.createHttpServer()
                        .requestHandler(request -> {
                            asked.add(request.path() + " " + request.getHeader("authorization"));
                            handler.handle(request);
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
        Worker worker = new Worker(
                new WorkerId("ollama"),
                0,
                URI.create("http://127.0.0.1:" + port),
                Accelerator.GPU,
                Site.LOCAL,
                1,
                List.of());
        EngineQuery query =
                new EngineQuery(any -> client, any -> Map.of("authorization", "Bearer its"), Duration.ofSeconds(30));
        return await(new OllamaSignals(query, NAMES).loaded(worker));
    }

    private static Optional<Set<ModelId>> parsed(String answer) {
        EngineQuery unused = new EngineQuery(
                any -> {
                    throw new IllegalStateException();
                },
                any -> Map.of(),
                Duration.ofSeconds(1));
        return new OllamaSignals(unused, NAMES).loaded(answer.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhichModelsAreLoaded() throws Exception {
        assertEquals(Optional.of(Set.of(MISTRAL, PHI)), loaded(request -> request.response()
                .end(RUNNING)));
        assertEquals(List.of("/api/ps Bearer its"), asked);
    }

    @Test
    void namesMayHaveTagsOrNot() {
        assertEquals(Optional.of(Set.of()), parsed("{\"models\":[]}"));
        assertEquals(Optional.of(Set.of(LLAMA)), parsed("{\"models\":[{\"name\":\"llama3.1:8b\"}]}"));
        assertEquals(Optional.of(Set.of()), parsed("{\"models\":[{\"name\":\"llama3.1:70b\"}]}"));
        assertEquals(Optional.of(Set.of(MISTRAL)), parsed("{\"models\":[{\"name\":\"mistral\"}]}"));
        assertEquals(Optional.of(Set.of()), parsed("{\"models\":[{\"name\":\"mistral:7b\"}]}"));
    }

    @Test
    void whatIsNoListSaysNothing() throws Exception {
        assertEquals(Optional.empty(), parsed("{}"));
        assertEquals(Optional.empty(), parsed("{\"models\":{}}"));
        assertEquals(Optional.empty(), parsed("Ollama is running"));
        assertEquals(Optional.of(Set.of()), parsed("{\"models\":[1,null,{\"name\":7}]}"));
        assertThrows(
                ExecutionException.class,
                () -> loaded(request -> request.response().setStatusCode(404).end(RUNNING)));
    }
}
