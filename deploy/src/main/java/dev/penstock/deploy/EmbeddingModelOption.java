package dev.penstock.deploy;

import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.embedding.InProcessEmbedder;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Option;

/** Which model embeds, and embedding with it. */
final class EmbeddingModelOption {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int STEP = 1_000;

    @Option(
            names = "--model",
            paramLabel = "DIRECTORY",
            description = "The embedding model, in the Hugging Face layout (default: the bundled all-MiniLM-L6-v2).")
    private Optional<Path> model = Optional.empty();

    /** The vector of each text. */
    Map<String, float[]> vectors(Collection<String> texts, PrintWriter err) {
        Map<String, float[]> vectors = HashMap.newHashMap(texts.size());
        List<String> distinct = texts.stream().distinct().toList();
        try (Embedder embedder = InProcessEmbedder.load(directory(), new EmbeddingCounts())) {
            for (String text : distinct) {
                // One by one: in other company a text has a slightly other vector, and what is measured twice is to be
                // equal.
                vectors.put(text, awaited(embedder.embed(text, PATIENCE)));
                if (vectors.size() % STEP == 0) {
                    err.println(vectors.size() + " of " + distinct.size() + " texts embedded");
                }
            }
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
        return vectors;
    }

    private static float[] awaited(Future<float[]> vector) {
        try {
            return vector.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw CommandFailedException.failure("a text cannot be embedded: " + failure.getMessage());
        }
    }

    private Path directory() {
        return model.or(() -> Optional.ofNullable(System.getProperty("penstock.models"))
                        .or(() -> Optional.ofNullable(System.getenv("PENSTOCK_HOME"))
                                .map(home -> home + "/models"))
                        .map(models -> Path.of(models, "all-MiniLM-L6-v2")))
                .orElseThrow(() -> CommandFailedException.usage(
                        "--model: not given, and PENSTOCK_HOME is not set (expected: a directory)"));
    }
}
