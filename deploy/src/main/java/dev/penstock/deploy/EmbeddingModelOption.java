package dev.penstock.deploy;

import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.embedding.InProcessEmbedder;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    /** At once: enough for whole batches. */
    private static final int WINDOW = 32;

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
            for (int from = 0; from < distinct.size(); from += WINDOW) {
                List<String> some = distinct.subList(from, Math.min(distinct.size(), from + WINDOW));
                List<Future<float[]>> running = new ArrayList<>();
                some.forEach(text -> running.add(embedder.embed(text, PATIENCE)));
                for (int i = 0; i < some.size(); i++) {
                    vectors.put(some.get(i), awaited(running.get(i)));
                }
                if (vectors.size() / STEP > from / STEP) {
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
