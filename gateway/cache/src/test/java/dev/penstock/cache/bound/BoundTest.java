package dev.penstock.cache.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cache.bound.FixedSequence.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundTest {
    private static final double TARGET = 0.01;
    private static final double ALPHA = 0.05;

    /** The values of R's {@code binom.test(k, n)$conf.int}, two-sided at 0.95. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0, 0.3084971",
        "1, 10, 0.002528579, 0.4450161",
        "5, 100, 0.01643188, 0.1128349",
        "10, 10, 0.6915029, 1"
    })
    void boundsAreThoseOfClopperAndPearson(long k, long n, double low, double high) {
        assertEquals(low, Binomial.lower(k, n, 0.025), 1e-6);
        assertEquals(high, Binomial.upper(k, n, 0.025), 1e-6);
    }

    @Test
    void noErrorIn299ProvesOneInAHundred() {
        assertEquals(299, FixedSequence.least(TARGET, ALPHA));
        assertTrue(Binomial.upper(0, 299, ALPHA) <= TARGET);
        assertTrue(Binomial.upper(0, 298, ALPHA) > TARGET);
    }

    /** Of 400 calibrations at most about one in twenty may be too loose. */
    @Test
    void theThresholdThatIsFoundKeepsTheTargetAsOftenAsIsSaid() {
        SplittableRandom random = new SplittableRandom(21);
        int tooLoose = 0;
        int found = 0;
        for (int run = 0; run < 200; run++) {
            List<Scored> scored = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                double score = random.nextDouble();
                scored.add(new Scored(score, random.nextDouble() < wrong(score)));
            }
            OptionalDouble threshold = FixedSequence.loosest(scored, TARGET, ALPHA);
            found += threshold.isPresent() ? 1 : 0;
            tooLoose += threshold.isPresent() && above(threshold.getAsDouble()) > TARGET ? 1 : 0;
        }
        assertTrue(tooLoose <= 18, tooLoose + " of 200 (expected: about 10 at most)");
        assertTrue(found >= 150, found + " of 200 found one");
    }

    private static double wrong(double score) {
        return 0.1 * Math.pow(1 - score, 3);
    }

    /** The mean of {@link #wrong} above a threshold. */
    private static double above(double threshold) {
        return 0.1 * Math.pow(1 - threshold, 3) / 4;
    }

    @Test
    void whereTooFewAreKnownNothingIsFound() {
        List<Scored> few = new ArrayList<>();
        for (int i = 0; i < 436; i++) {
            few.add(new Scored(0.9, false));
        }
        assertEquals(OptionalDouble.empty(), FixedSequence.loosest(few, TARGET, ALPHA));
        few.add(new Scored(0.9, false));
        assertEquals(OptionalDouble.of(0.9), FixedSequence.loosest(few, TARGET, ALPHA));
    }

    @Test
    void boundsThatHoldAtEveryLookHoldAtEveryLook() {
        SplittableRandom random = new SplittableRandom(22);
        int outside = 0;
        for (int run = 0; run < 200; run++) {
            long wrong = 0;
            boolean ever = false;
            for (int n = 1; n <= 1_000; n++) {
                wrong += random.nextDouble() < 0.03 ? 1 : 0;
                if (n % 10 == 0) {
                    ConfidenceSequence now = ConfidenceSequence.of(wrong, n, ALPHA);
                    ever |= now.low() > 0.03 || now.high() < 0.03;
                }
            }
            outside += ever ? 1 : 0;
        }
        assertTrue(outside <= 18, outside + " of 200 (expected: about 10 at most)");
        assertEquals(new ConfidenceSequence(0, 1), ConfidenceSequence.of(0, 0, ALPHA));
        ConfidenceSequence much = ConfidenceSequence.of(100, 10_000, ALPHA);
        assertTrue(much.low() > 0.006 && much.high() < 0.015, much::toString);
    }

    @Test
    void aWatchDoesNotCloseWithoutCause() {
        SplittableRandom random = new SplittableRandom(23);
        int closed = 0;
        for (int run = 0; run < 200; run++) {
            ErrorWatch watch = new ErrorWatch(TARGET, ALPHA, 0.9, 0.95, 0.99);
            boolean ever = false;
            for (int i = 0; i < 5_000 && !ever; i++) {
                watch.observe(1, random.nextDouble() < TARGET); // right at the target, the hardest case
                ever = !watch.threshold().equals(OptionalDouble.of(0.9));
            }
            closed += ever ? 1 : 0;
        }
        assertTrue(closed <= 18, closed + " of 200 (expected: about 10 at most)");
    }

    /** After 20,000 good ones, one in ten is wrong: the median of the runs closes within 150 checks, nearly all within 400. */
    @Test
    void aWatchClosesInTimeAfterALongGoodPast() {
        SplittableRandom random = new SplittableRandom(24);
        List<Integer> delays = new ArrayList<>();
        for (int run = 0; run < 200; run++) {
            ErrorWatch watch = new ErrorWatch(TARGET, ALPHA, 0.9);
            for (int i = 0; i < 20_000; i++) {
                watch.observe(1, random.nextDouble() < 0.002);
            }
            int delay = 0;
            while (watch.threshold().isPresent() && delay < 2_000) {
                watch.observe(1, random.nextDouble() < 0.1);
                delay++;
            }
            delays.add(delay);
        }
        delays.sort(Integer::compare);
        assertTrue(delays.get(100) <= 150, () -> "median " + delays.get(100));
        assertTrue(delays.get(190) <= 400, () -> "0.95 quantile " + delays.get(190));
    }

    @Test
    void onlyTheThresholdsThatAreBrokenAreGivenUp() {
        SplittableRandom random = new SplittableRandom(25);
        ErrorWatch watch = new ErrorWatch(TARGET, ALPHA, 0.9, 0.99);
        for (int i = 0; i < 2_000; i++) {
            boolean sure = random.nextBoolean();
            watch.observe(sure ? 0.995 : 0.92, !sure && random.nextDouble() < 0.1);
        }
        assertEquals(OptionalDouble.of(0.99), watch.threshold());
        assertTrue(watch.observed() == 2_000 && watch.wrong() > 50);
    }

    @Test
    void whatWasGivenUpHoldsAgainWhenItIsProvenGood() {
        ErrorWatch watch = new ErrorWatch(TARGET, ALPHA, 0.9);
        for (int i = 0; i < 20; i++) {
            watch.observe(1, true);
        }
        assertEquals(OptionalDouble.empty(), watch.threshold());
        int good = 0;
        while (watch.threshold().isEmpty()) {
            watch.observe(1, false);
            good++;
        }
        assertTrue(good >= 299 && good <= 1_500, good + " right ones in a row (expected: what proves 1 in 100)");
    }
}
