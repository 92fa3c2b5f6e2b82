package dev.penstock.gateway.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.ExamplesConfig;
import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class EmbeddedExamplesTest {
    private static final Path MODEL =
            Path.of(System.getProperty("penstock.root", "../.."), "worker/models/target/models/all-MiniLM-L6-v2");
    private static final List<String> HARD = List.of(
            "Prove that there are infinitely many primes.",
            "Show that every continuous function on a closed interval is bounded.",
            "Derive the gradient of the softmax cross entropy loss.");
    private static final List<String> EASY =
            List.of("What is the capital of France?", "Translate good morning to Spanish.", "Say hello to my friend.");

    private final EmbeddingCounts counts = new EmbeddingCounts();

    @TempDir
    private Path directory;

    private static ExamplesConfig config(List<String> hard, List<String> easy, Optional<Path> file, Duration deadline) {
        return new ExamplesConfig(hard, easy, file, Optional.of(MODEL), deadline);
    }

    private static ExamplesConfig config() {
        return config(HARD, EASY, Optional.empty(), Duration.ofMinutes(1));
    }

    private static double of(ExampleSimilarity examples, String text) {
        return examples.of(text).toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void textsLikeHardExamplesScoreHigherThanTextsLikeEasyOnes() {
        try (ExampleSimilarity examples = EmbeddedExamples.of(Optional.of(config()), ExampleSimilarity.NONE, counts)) {
            double hard = of(examples, "Prove that the square root of two is irrational.");
            double neither = of(examples, "The weather was rough and the harbour was closed.");
            double easy = of(examples, "What is the capital of Portugal?");
            String all = "hard " + hard + ", neither " + neither + ", easy " + easy;
            assertTrue(hard > neither + 0.1 && neither > easy + 0.1, all);
            assertEquals(0, of(examples, " \n"));
        }
    }

    @Test
    void theFormulaIsTheMeanOfTheThreeNearest() {
        Map<String, float[]> vectors = Map.of(
                "h1", new float[] {1, 0},
                "h2", new float[] {0.8f, 0.6f},
                "h3", new float[] {0.6f, 0.8f},
                "h4", new float[] {-1, 0},
                "e1", new float[] {0, 1},
                "text", new float[] {1, 0});
        ExamplesConfig config =
                config(List.of("h4", "h2", "h1", "h3"), List.of("e1"), Optional.empty(), Duration.ofSeconds(1));
        try (EmbeddedExamples examples =
                EmbeddedExamples.over(config, ExampleTexts.of(config), new FixedEmbedder(vectors))) {
            assertEquals((1 + 0.8 + 0.6) / 3 - 0, of(examples, "text"), 1e-6);
            assertEquals((0.6 + 0.8 + 0) / 3 - 1, of(examples, "e1"), 1e-6);
        }
    }

    @Test
    void theRealModelThatIsTooSlowCostsTheFeatureAndNothingElse() {
        ExamplesConfig hurried = config(HARD, EASY, Optional.empty(), Duration.ofNanos(1));
        try (ExampleSimilarity examples = EmbeddedExamples.of(Optional.of(hurried), ExampleSimilarity.NONE, counts)) {
            Future<Double> late = examples.of("Prove it.").otherwise(0.0);
            assertEquals(0, late.toCompletionStage().toCompletableFuture().join());
        }
        assertEquals(1, counts.missed(Reason.LATE));
    }

    @Test
    void whatHasNotChangedIsKept() {
        ExampleSimilarity first = EmbeddedExamples.of(Optional.of(config()), ExampleSimilarity.NONE, counts);
        assertSame(first, EmbeddedExamples.of(Optional.of(config()), first, counts));
        ExamplesConfig other = config(HARD, EASY, Optional.empty(), Duration.ofMillis(5));
        ExampleSimilarity next = EmbeddedExamples.of(Optional.of(other), first, counts);
        assertNotSame(first, next);
        assertSame(ExampleSimilarity.NONE, EmbeddedExamples.of(Optional.empty(), next, counts));
        first.close();
        next.close();
    }

    @Test
    void aFileBringsMoreExamples() throws IOException {
        Path file = Files.write(
                directory.resolve("examples.jsonl"),
                List.of(
                        "{\"hard\":true,\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"a\"}]}",
                        "",
                        "{\"hard\":false,\"prompt\":\"b\"}"));
        ExampleTexts texts = ExampleTexts.of(config(List.of("c"), List.of(), Optional.of(file), Duration.ofSeconds(1)));
        assertEquals(new ExampleTexts(List.of("c", "a"), List.of("b")), texts);
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsLine() throws IOException {
        assertRefused(":2: hard: missing", List.of("{\"hard\":true,\"prompt\":\"a\"}", "{\"prompt\":\"b\"}"));
        assertRefused(":1: messages: nothing that a user says", List.of("{\"hard\":true,\"prompt\":\" \"}"));
        assertRefused(
                "0 easy ones, those of the file included (expected: 1 to 100)",
                List.of("{\"hard\":true,\"prompt\":\"a\"}"));
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add("{\"hard\":" + (i == 0) + ",\"prompt\":\"a\"}");
        }
        assertRefused("101 easy ones", many);
        assertRefused(":1: 70025 characters", List.of("{\"hard\":true,\"prompt\":\"" + "a".repeat(70_000) + "\"}"));
        ExamplesConfig absent =
                config(List.of(), List.of(), Optional.of(directory.resolve("absent")), Duration.ofSeconds(1));
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> ExampleTexts.of(absent))
                        .getMessage())
                .contains("cannot be read"));
    }

    private void assertRefused(String message, List<String> lines) throws IOException {
        Path file = Files.write(directory.resolve("examples.jsonl"), lines);
        ExamplesConfig config = config(List.of(), List.of(), Optional.of(file), Duration.ofSeconds(1));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> ExampleTexts.of(config));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }

    @Test
    void bothKindsAreNeeded() {
        assertEquals(
                "easy: none (expected: at least one of hard and of easy)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> config(HARD, List.of(), Optional.empty(), Duration.ofSeconds(1)))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> config(List.of(" "), EASY, Optional.empty(), Duration.ofSeconds(1)));
    }

    /** Gives each text the vector it is told. */
    private record FixedEmbedder(Map<String, float[]> vectors) implements Embedder {
        @Override
        public boolean leavesProcess() {
            return false;
        }

        @Override
        public Future<float[]> embed(String text, Duration within) {
            float[] vector = vectors.get(text);
            return vector == null ? Future.failedFuture(text) : Future.succeededFuture(vector);
        }

        @Override
        public void close() {}
    }
}
