package dev.penstock.routing.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DifficultyTest {
    @Test
    void theDefaultsCallHardWhatIsAndEasyWhatIs() {
        for (String easy : List.of(
                "hi",
                "Translate 'good morning' to French.",
                "What is the capital of Peru?",
                "Summarize this text in one sentence: the meeting was moved to Tuesday.")) {
            assertTrue(hardness(easy) < -0.5, easy + ": " + hardness(easy));
        }
        for (String hard : List.of(
                "Prove that the limit of f(x) = x^2 exists at every point, step by step, and derive the integral.",
                "Debug this: ```java\npublic class A { void f() { if (a != null && b == c) { return; } } };```"
                        + " Explain why it throws an exception and compare two designs.",
                "Derive the eigenvalues of this matrix and justify each step. Evaluate the probability that the"
                        + " polynomial converges; analyze the constraints and the equation \\frac{a}{b}")) {
            assertTrue(hardness(hard) > 0, hard + ": " + hardness(hard));
        }
    }

    @Test
    void eachFeatureIsBounded() {
        long seed = 42;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            RequestTraits traits = new RequestTraits(
                    words(random, random.nextInt(200)),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextDouble() * 4 - 2,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextDouble() * 8 - 4);
            double[] features = traits.features();
            for (int i = 0; i < features.length; i++) {
                double least = i == features.length - 1 ? -1 : 0;
                assertTrue(
                        features[i] >= least && features[i] <= 1, "seed " + seed + ": feature " + i + " of " + traits);
            }
        }
    }

    @Test
    void onlyTheEndsOfALongQuestionAreLookedAt() {
        String half = "x ".repeat(RequestTraits.MAX_CHARS);
        assertEquals(hardness(half + "fruit " + half), hardness(half + "prove " + half));
        assertTrue(hardness(half + half + "prove ") > hardness(half + half + "fruit "));
        assertTrue(hardness("prove " + half + half) > hardness("fruit " + half + half));
    }

    @Test
    void effortIsANumber() {
        assertEquals(0, RequestTraits.effort("none"));
        assertEquals(0, RequestTraits.effort("minimal"));
        assertEquals(2.0 / 3, RequestTraits.effort("medium"));
        assertEquals(1, RequestTraits.effort("high"));
        assertEquals(0, RequestTraits.effort("whatever"));
    }

    /** Labels drawn from known weights: the fit must find the same order, and beat the majority on what it has not seen. */
    @Test
    void aFitFindsTheWeightsThatMadeTheLabels() {
        long seed = 20261128;
        Map<Feature, Double> truth = new EnumMap<>(Feature.class);
        for (Feature feature : Feature.values()) {
            truth.put(feature, 0.0);
        }
        truth.put(Feature.MATH, 6.0);
        truth.put(Feature.SIMPLE_CUES, -5.0);
        truth.put(Feature.REASONING_EFFORT, 4.0);
        List<DifficultyFit.Example> examples = examples(seed, new DifficultyModel(-1, truth), 4000);
        DifficultyFit.Fitted fitted = DifficultyFit.fit(examples, 0.1, 5);
        Map<Feature, Double> found = fitted.model().weights();
        assertEquals(6.0, found.getOrDefault(Feature.MATH, Double.NaN), 1.0, "seed " + seed);
        assertEquals(-5.0, found.getOrDefault(Feature.SIMPLE_CUES, Double.NaN), 1.0, "seed " + seed);
        assertEquals(4.0, found.getOrDefault(Feature.REASONING_EFFORT, Double.NaN), 0.8, "seed " + seed);
        assertEquals(0.0, found.getOrDefault(Feature.TOOLS, Double.NaN), 0.5, "seed " + seed);
        assertTrue(fitted.test().accuracy() > fitted.majority() + 0.1, "seed " + seed + ": " + fitted);
        assertTrue(fitted.test().logLoss() < 0.6, "seed " + seed + ": " + fitted);
        assertEquals(fitted.train().accuracy(), fitted.test().accuracy(), 0.03, "seed " + seed);
    }

    @Test
    void aFitIsDeterministicAndAPenaltyShrinksIt() {
        List<DifficultyFit.Example> examples = examples(1, DifficultyModel.DEFAULT, 400);
        assertEquals(
                DifficultyFit.fit(examples, 1, 5).model().weights(),
                DifficultyFit.fit(examples, 1, 5).model().weights());
        double loose = size(DifficultyFit.fit(examples, 0.01, 5).model());
        double tight = size(DifficultyFit.fit(examples, 100, 5).model());
        assertTrue(tight < loose / 4, tight + " of " + loose);
    }

    @Test
    void whatSeparatesPerfectlyStaysFinite() {
        List<DifficultyFit.Example> examples = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            examples.add(new DifficultyFit.Example(traits(i % 2 == 0 ? "prove the theorem" : "hi"), i % 2 == 0));
        }
        DifficultyFit.Fitted fitted = DifficultyFit.fit(examples, 0.01, 4);
        assertEquals(1, fitted.test().accuracy());
        assertTrue(Double.isFinite(size(fitted.model())));
    }

    @Test
    void whatCannotBeFittedIsRefused() {
        List<DifficultyFit.Example> onlyEasy =
                List.of(new DifficultyFit.Example(traits("a"), false), new DifficultyFit.Example(traits("b"), false));
        assertThrows(IllegalArgumentException.class, () -> DifficultyFit.fit(onlyEasy, 1, 2));
        List<DifficultyFit.Example> two =
                List.of(new DifficultyFit.Example(traits("a"), false), new DifficultyFit.Example(traits("b"), true));
        assertThrows(IllegalArgumentException.class, () -> DifficultyFit.fit(two, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> DifficultyFit.fit(two, 1, 3));
    }

    private static double size(DifficultyModel model) {
        return model.weights().values().stream().mapToDouble(Math::abs).sum();
    }

    private static List<DifficultyFit.Example> examples(long seed, DifficultyModel truth, int count) {
        Random random = new Random(seed);
        List<DifficultyFit.Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RequestTraits traits = new RequestTraits(
                    words(random, 1 + random.nextInt(12)),
                    1 + random.nextInt(4000),
                    1 + random.nextInt(400),
                    1 + random.nextInt(8),
                    random.nextInt(2000),
                    random.nextInt(4) / 3.0,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextDouble() * 2 - 1);
            double chance = DifficultyModel.probability(truth.logOdds(traits));
            examples.add(new DifficultyFit.Example(traits, random.nextDouble() < chance));
        }
        return examples;
    }

    private static String words(Random random, int count) {
        List<String> words = List.of(
                "prove", "matrix", "the", "of", "translate", "hello", "why", "def", "==", "x^2", "and", "theorem");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(words.get(random.nextInt(words.size()))).append(' ');
        }
        return text.toString();
    }

    private static double hardness(String question) {
        return DifficultyModel.DEFAULT.logOdds(traits(question));
    }

    private static RequestTraits traits(String question) {
        long tokens = Math.max(1, question.length() / 4);
        return new RequestTraits(question, tokens, Math.min(tokens, 1000), 1, 0, 0, false, false, 0);
    }
}
