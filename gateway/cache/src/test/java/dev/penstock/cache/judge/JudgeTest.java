package dev.penstock.cache.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cache.bound.FixedSequence.Scored;
import dev.penstock.cache.wording.Wording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {
    private static final Judge JUDGE = new Judge(
            -4,
            Map.of(Feature.COSINE, 6.0, Feature.SHARED, 0.5, Feature.NEGATED, -1.5, Feature.LENGTHS, -1.0),
            new TreeMap<>(Map.of(0.01, 0.98, 0.05, 0.9)));
    private static final Wording LOST = Wording.of("I have lost my card, what should I do?");

    /** The cosines are those of all-MiniLM-L6-v2. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    true  | 0.98 | How do I renew the insurance of my motorcycle while I am travelling in Canada? | how do I renew the insurance of my motorcycle while I am travelling in Canada
                    false | 0.86 | Which steps does it take to move my savings into a fixed deposit since my surname has changed? | Which steps does it take to move my savings into a fixed deposit without visiting a branch?
                    false | 0.85 | Which steps does it take to translate a birth certificate into French until the new card gets here? | Which steps does it take to translate a birth certificate into French unless a lawyer is needed?
                    false | 0.81 | Which steps does it take to get a refund for a broken washing machine after the last update was installed? | which steps does it take to get a refund for a broken washing machine so that my parents can use it?
                    false | 0.87 | What is the best way to translate a birth certificate into French provided that my employer agrees? | What is the best way to translate a birth certificate into French without visiting a branch?
                    """)
    void longQuestionsOfOneTemplateAreNotServedForWhatTheyHaveInCommon(
            boolean served, double cosine, String one, String other) {
        Judge judge = Judge.shipped();
        double probability = judge.probability(Wording.of(one), Wording.of(other), cosine);
        assertEquals(
                served,
                probability >= judge.threshold(0.01).orElseThrow(),
                () -> one + " / " + other + ": " + probability);
    }

    @Test
    void aJudgeIsReadAsItWasWritten() {
        Judge read = Judge.parse("# a comment\n\n" + JUDGE.text());
        assertEquals(JUDGE.text(), read.text());
        assertEquals(Map.of(0.01, 0.98, 0.05, 0.9), read.thresholds());
    }

    @Test
    void aThresholdWithoutATargetIsThatOfOneInAHundred() {
        assertEquals(
                Map.of(0.01, 0.974704),
                Judge.parse("intercept 0\nthreshold 0.974704\n").thresholds());
    }

    @Test
    void aTargetHasTheThresholdOfTheLargestThatIsNotAboveIt() {
        assertEquals(OptionalDouble.empty(), JUDGE.threshold(0.009));
        assertEquals(OptionalDouble.of(0.98), JUDGE.threshold(0.01));
        assertEquals(OptionalDouble.of(0.98), JUDGE.threshold(0.049));
        assertEquals(OptionalDouble.of(0.9), JUDGE.threshold(0.05));
        assertEquals(OptionalDouble.of(0.9), JUDGE.threshold(0.9));
    }

    @Test
    void eachStepOfALadderHalvesTheOddsOfBeingWrong() {
        assertEquals(0, JUDGE.ladder(0.001).length, "what must not be served has none");
        double[] ladder = JUDGE.ladder(0.05);
        assertEquals(5, ladder.length);
        assertEquals(0.9, ladder[0]);
        for (int step = 1; step < ladder.length; step++) {
            assertTrue(ladder[step] > ladder[step - 1] && ladder[step] < 1, Arrays.toString(ladder));
            assertEquals((1 - ladder[step - 1]) / ladder[step - 1], 2 * (1 - ladder[step]) / ladder[step], 1e-9);
        }
        Judge all = JUDGE.withThresholds(Map.of(0.5, 0.0));
        assertArrayEquals(new double[5], all.ladder(0.5), "from 0 on everything is served");
    }

    @Test
    void theJudgeThatIsShippedServesTheSameAndNotWhatDiffers() {
        Judge shipped = Judge.shipped();
        Wording same = Wording.of("I lost my card. What should I do?");
        assertTrue(
                shipped.probability(LOST, same, 0.98) >= shipped.threshold(0.01).orElseThrow());
        assertTrue(
                shipped.probability(LOST, same, 0.7) < shipped.threshold(0.01).orElseThrow());
        assertTrue(shipped.probability(LOST, Wording.of("Why was I charged?"), 0.9)
                < shipped.threshold(0.01).orElseThrow());
    }

    @Test
    void whatIsWrongInAFileIsNamed() {
        assertEquals(
                "judge: cosine (expected: a name and a number)",
                assertThrows(IllegalArgumentException.class, () -> Judge.parse("cosine"))
                        .getMessage());
        String unknown = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Judge.parse("cosinus 1"))
                .getMessage());
        assertTrue(unknown.startsWith("judge: cosinus (expected: one of cosine, "), unknown);
        assertEquals(
                "negated: 1.0 (expected: a number <= 0)",
                assertThrows(IllegalArgumentException.class, () -> Judge.parse("intercept 0\nthreshold 1\nnegated 1"))
                        .getMessage());
        assertEquals(
                "threshold: 0.05 0.95 (expected: a target above 0 and below 1, and 0 to 0.9)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Judge.parse("intercept 0\nthreshold 0.05 0.95\nthreshold 0.01 0.9"))
                        .getMessage());
        assertEquals(
                "threshold: 1.0 0.9 (expected: a target above 0 and below 1, and 0 to 1.0)",
                assertThrows(IllegalArgumentException.class, () -> Judge.parse("intercept 0\nthreshold 1 0.9"))
                        .getMessage());
        assertEquals(
                "judge: threshold 1 2 3 (expected: a name and a number, or a target between them)",
                assertThrows(IllegalArgumentException.class, () -> Judge.parse("threshold 1 2 3"))
                        .getMessage());
        assertEquals(
                "intercept: NaN (expected: a finite number)",
                assertThrows(IllegalArgumentException.class, () -> Judge.parse("threshold 1"))
                        .getMessage());
    }

    @Test
    void moreOfWhatSpeaksForItIsLikelier() {
        Wording same = Wording.of("My card is lost: what should I do?");
        Wording denied = Wording.of("My card is not lost: what should I do?");
        assertTrue(JUDGE.probability(LOST, same, 0.95) > JUDGE.probability(LOST, same, 0.8));
        assertTrue(JUDGE.probability(LOST, same, 0.9) > JUDGE.probability(LOST, denied, 0.9));
        assertEquals(JUDGE.probability(LOST, same, 0.9), JUDGE.probability(same, LOST, 0.9), 1e-12);
    }

    @Test
    void aVetoIsNeverOverruled() {
        assertEquals(0, JUDGE.probability(Wording.of("send 5 euros"), Wording.of("send 6 euros"), 1), "however alike");
    }

    @Test
    void aCalibrationFindsWhatTheTruthWasDrawnFrom() {
        SplittableRandom random = new SplittableRandom(11);
        List<Example> examples = new ArrayList<>();
        Wording denied = Wording.of("I have never lost my card, what should I do?");
        for (int i = 0; i < 20_000; i++) {
            double cosine = 0.5 + random.nextDouble() / 2;
            Wording other = random.nextBoolean() ? LOST : denied;
            boolean serves = random.nextDouble() < JUDGE.probability(LOST, other, cosine);
            examples.add(new Example(LOST, other, cosine, serves));
        }
        Judge found = Calibration.fit(examples);
        for (double cosine = 0.5; cosine <= 1; cosine += 0.05) {
            assertEquals(JUDGE.probability(LOST, LOST, cosine), found.probability(LOST, LOST, cosine), 0.03);
            assertEquals(JUDGE.probability(LOST, denied, cosine), found.probability(LOST, denied, cosine), 0.03);
        }
        assertEquals(Map.of(), found.thresholds(), "what is calibrated serves nothing before its bound is known");
    }

    @Test
    void noSignIsEverWrong() {
        SplittableRandom random = new SplittableRandom(12);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            double cosine = random.nextDouble();
            examples.add(new Example(LOST, LOST, cosine, random.nextDouble() > cosine)); // the nearer the worse
        }
        Judge found = Calibration.fit(examples);
        assertEquals(0, found.weights().get(Feature.COSINE));
        assertEquals(0, found.weights().get(Feature.COSINE_SQUARED));
    }

    @Test
    void noExampleIsScoredByAJudgeThatHasSeenIt() {
        SplittableRandom random = new SplittableRandom(13);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            double cosine = 0.5 + random.nextDouble() / 2;
            examples.add(new Example(LOST, LOST, cosine, random.nextDouble() < JUDGE.probability(LOST, LOST, cosine)));
        }
        examples.add(new Example(Wording.of("send 5 euros"), Wording.of("send 6 euros"), 1, false));
        CrossFit fitted = CrossFit.of(examples, new SplittableRandom(1));
        assertEquals(2_000, fitted.scored().size(), "all but what is vetoed");
        assertEquals(Calibration.fit(examples).text(), fitted.judge().text());
        Set<Double> ofAll = examples.stream()
                .map(example -> fitted.judge().probability(example.one(), example.other(), example.cosine()))
                .collect(Collectors.toSet());
        long own = fitted.scored().stream()
                .filter(each -> ofAll.contains(each.score()))
                .count();
        assertEquals(0, own, "scored by the judge of all");
    }

    @Test
    void looserTargetsServeMoreAndThoseThatCannotBeShownServeNothing() {
        SplittableRandom random = new SplittableRandom(14);
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            double score = random.nextDouble();
            scored.add(new Scored(score, random.nextDouble() < 0.4 * (1 - score) * (1 - score)));
        }
        Judge judge = new CrossFit(JUDGE, scored).judge(List.of(0.1, 0.0001, 0.01, 0.05, 0.02), 0.05);
        assertEquals(Set.of(0.01, 0.02, 0.05, 0.1), judge.thresholds().keySet(), "too few to tell 1 in 10000");
        double before = 1;
        for (Map.Entry<Double, Double> each : judge.thresholds().entrySet()) {
            List<Scored> served = scored.stream()
                    .filter(one -> one.score() >= each.getValue())
                    .toList();
            double wrong = (double) served.stream().filter(Scored::wrong).count() / served.size();
            assertTrue(wrong <= each.getKey(), wrong + " wrong at " + each);
            assertTrue(wrong > each.getKey() / 2, "far too strict: " + wrong + " wrong at " + each);
            assertTrue(each.getValue() < before, judge.thresholds().toString());
            before = each.getValue();
        }
    }

    @Test
    void whatKeepsAStricterTargetIsNotWithheldFromALooserOne() {
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            scored.add(new Scored(1 - i / 10_000.0, i < 20 || i > 9_000)); // the very top is wrong
        }
        NavigableMap<Double, Double> thresholds = new CrossFit(JUDGE, scored)
                .judge(List.of(0.02, 0.05, 0.1, 0.2), 0.05)
                .thresholds();
        assertFalse(thresholds.isEmpty());
        List<Double> falling = List.copyOf(thresholds.values());
        assertEquals(falling.stream().sorted(Comparator.reverseOrder()).toList(), falling);
    }

    @Test
    void examplesThatAreAllAlikeTeachNothing() {
        assertEquals(
                "examples: 1 of 1 are served by one answer (expected: some, and not all)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Calibration.fit(List.of(new Example(LOST, LOST, 1, true))))
                        .getMessage());
    }
}
