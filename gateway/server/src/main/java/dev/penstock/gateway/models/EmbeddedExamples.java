package dev.penstock.gateway.models;

import dev.penstock.gateway.config.ExamplesConfig;
import dev.penstock.gateway.embedding.BundledModel;
import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.embedding.InProcessEmbedder;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Compares a text with examples by the angles between their vectors:
 *
 * <pre>
 * mean of the 3 largest cosines to hard examples - mean of the 3 largest cosines to easy ones
 * </pre>
 *
 * of as many as there are, where there are fewer; within -1 and 1. Three rather than the nearest, so that no single example
 * decides; three rather than all, since examples are of many kinds.
 *
 * <p>Texts are embedded in this process and go nowhere else. A text whose vector is not there within the deadline counts as
 * near to neither: routing goes by the other features.
 *
 * <p>Source: nearest neighbours, T. Cover, P. Hart, "Nearest neighbor pattern classification", 1967; over embeddings of the
 * question as in the similarity-weighted ranking of I. Ong et al., "RouteLLM", 2024 (arXiv 2406.18665).
 */
public final class EmbeddedExamples implements ExampleSimilarity {
    private static final int NEAREST = 3;

    /** For an example, when the process starts. */
    private static final Duration LOADING = Duration.ofSeconds(30);

    private final ExamplesConfig config;
    private final ExampleTexts texts;
    private final Embedder embedder;
    private final List<float[]> hard;
    private final List<float[]> easy;

    private EmbeddedExamples(ExamplesConfig config, ExampleTexts texts, Embedder embedder) {
        this.config = config;
        this.texts = texts;
        this.embedder = embedder;
        this.hard = vectors(texts.hard(), embedder);
        this.easy = vectors(texts.easy(), embedder);
    }

    /**
     * Those of a configuration: the same as before where nothing of them has changed, else with a model that is loaded for
     * them. Blocks until all are embedded, for about a second.
     *
     * @param before what there is now
     * @throws IllegalArgumentException where a file or the model is not what it should be
     */
    public static ExampleSimilarity of(
            Optional<ExamplesConfig> config, ExampleSimilarity before, EmbeddingCounts counts) {
        if (config.isEmpty()) {
            return ExampleSimilarity.NONE;
        }
        ExampleTexts texts = ExampleTexts.of(config.get());
        if (before instanceof EmbeddedExamples now && now.config.equals(config.get()) && now.texts.equals(texts)) {
            return now;
        }
        Embedder embedder = InProcessEmbedder.load(
                config.get().model().orElseGet(() -> BundledModel.directory("difficulty.examples.model")), counts);
        return over(config.get(), texts, embedder);
    }

    /** With that embedder, which is closed with it, and at once where an example cannot be embedded. */
    static EmbeddedExamples over(ExamplesConfig config, ExampleTexts texts, Embedder embedder) {
        boolean complete = false;
        try {
            EmbeddedExamples examples = new EmbeddedExamples(config, texts, embedder);
            complete = true;
            return examples;
        } finally {
            if (!complete) {
                embedder.close();
            }
        }
    }

    private static List<float[]> vectors(List<String> texts, Embedder embedder) {
        List<float[]> vectors = new ArrayList<>();
        for (String text : texts) {
            vectors.add(awaited(embedder.embed(text, LOADING)));
        }
        return vectors;
    }

    private static float[] awaited(Future<float[]> vector) {
        try {
            return vector.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw new IllegalArgumentException(
                    "difficulty.examples: an example cannot be embedded: " + failure.getMessage(), failure);
        }
    }

    @Override
    public Future<Double> of(String text) {
        return of(text, config.deadline());
    }

    /** The same with another deadline. */
    public Future<Double> of(String text, Duration within) {
        return text.isBlank()
                ? Future.succeededFuture(0.0)
                : embedder.embed(text, within).map(this::nearer);
    }

    /** Whether a text is one of the examples. */
    public boolean has(String text) {
        return texts.hard().contains(text) || texts.easy().contains(text);
    }

    private double nearer(float[] vector) {
        return Math.clamp(nearness(vector, hard) - nearness(vector, easy), -1, 1);
    }

    private static double nearness(float[] vector, List<float[]> examples) {
        double[] largest = new double[Math.min(NEAREST, examples.size())];
        Arrays.fill(largest, -1);
        for (float[] example : examples) {
            double cosine = cosine(vector, example);
            for (int i = 0; i < largest.length && cosine > -1; i++) {
                if (cosine > largest[i]) {
                    double displaced = largest[i];
                    largest[i] = cosine;
                    cosine = displaced;
                }
            }
        }
        double sum = 0;
        for (double cosine : largest) {
            sum += cosine;
        }
        return sum / largest.length;
    }

    /** Of vectors of length 1. */
    private static double cosine(float[] a, float[] b) {
        float dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }

    @Override
    public void close() {
        embedder.close();
    }
}
