package dev.penstock.cache.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cache.wording.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class JudgeTest {
    private static final Judge JUDGE = new Judge(
            -4, Map.of(Feature.COSINE, 6.0, Feature.SHARED, 0.5, Feature.NEGATED, -1.5, Feature.LENGTHS, -1.0), 0.9);
    private static final Wording LOST = Wording.of("I have lost my card, what should I do?");

    @Test
    void aJudgeIsReadAsItWasWritten() {
        Judge read = Judge.parse("# a comment\n\n" + JUDGE.text());
        assertEquals(JUDGE.text(), read.text());
        assertEquals(0.9, read.threshold());
    }

    @Test
    void theJudgeThatIsShippedServesTheSameAndNotWhatDiffers() {
        Judge shipped = Judge.shipped();
        Wording same = Wording.of("I lost my card. What should I do?");
        assertTrue(shipped.probability(LOST, same, 0.98) >= shipped.threshold());
        assertTrue(shipped.probability(LOST, same, 0.7) < shipped.threshold());
        assertTrue(shipped.probability(LOST, Wording.of("Why was I charged?"), 0.9) < shipped.threshold());
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
        assertEquals(1, found.threshold(), "what is calibrated serves nothing before its bound is known");
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
    void examplesThatAreAllAlikeTeachNothing() {
        assertEquals(
                "examples: 1 of 1 are served by one answer (expected: some, and not all)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Calibration.fit(List.of(new Example(LOST, LOST, 1, true))))
                        .getMessage());
    }
}
