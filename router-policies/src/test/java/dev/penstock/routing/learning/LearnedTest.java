package dev.penstock.routing.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.learning.Workers.Speed;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LearnedTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ServedModel MODEL = Workers.served(Workers.MODEL, 8_000_000_000L);
    private static final Prior PRIOR =
            Prior.of(Workers.worker(0, Accelerator.GPU), Workers.served(Workers.MODEL, 8_000_000_000L));
    private static final List<Speed> SPEEDS = List.of(
            new Speed(0.03, 250e-6, 0.012, 0.0004, 0.2), // as the prior says
            new Speed(0.08, 500e-6, 0.025, 0.0016, 0.3),
            new Speed(0.3, 4e-3, 0.15, 0.02, 0.1), // a CPU that was taken for a GPU
            new Speed(0.002, 2e-6, 0.0005, 0, 0.3), // a toy
            new Speed(0.6, 1e-6, 0.004, 0, 0.3), // an API far away that prefills at once
            new Speed(0.001, 2e-3, 0.03, 0.001, 0.2));

    private static long feed(Learned learned, Speed speed, int samples, RandomGenerator random, long from) {
        long now = from;
        for (int i = 0; i < samples; i++) {
            now += SECOND / 2;
            learned.observe(speed.draw(random, now));
        }
        return now;
    }

    @Test
    void beginsFromThePrior() {
        Learned learned = new Learned(PRIOR, MODEL);
        assertEquals(0.03 + 1000 * 250e-6, learned.firstTokenSeconds(1000), 1e-9);
        assertEquals(0.012, learned.secondsPerToken(1), 1e-9);
        assertEquals(0.024, learned.secondsPerToken(32), 1e-9);
        assertEquals(2, learned.tail(), 1e-9);
        assertEquals(0, learned.peakSeconds(SECOND));
        assertEquals(0, learned.observations(SECOND));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void comesCloseToHowLongItTakes(long seed) {
        for (Speed speed : SPEEDS) {
            Learned learned = new Learned(PRIOR, MODEL);
            RandomGenerator random = new SplittableRandom(seed);
            feed(learned, speed, 300, random, 0);
            String what = "seed " + seed + ", " + speed;
            for (int tokens : new int[] {100, 500, 2_000, 6_000}) {
                double expected = speed.firstTokenSeconds(tokens);
                double tolerance = tokens == 6_000 ? 0.3 : 0.2; // where few are
                assertEquals(expected, learned.firstTokenSeconds(tokens), tolerance * expected, what + ", " + tokens);
            }
            for (int batch : new int[] {2, 8, 16, 32}) {
                double expected = speed.secondsPerToken(batch);
                assertEquals(expected, learned.secondsPerToken(batch), 0.2 * expected, what + ", batch " + batch);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void fewRequestsSayMuch(long seed) {
        Speed slow = new Speed(0.15, 1250e-6, 0.06, 0.002, 0.2);
        Learned learned = new Learned(PRIOR, MODEL);
        feed(learned, slow, 10, new SplittableRandom(seed), 0);
        double expected = slow.firstTokenSeconds(1_000);
        assertEquals(expected, learned.firstTokenSeconds(1_000), 0.35 * expected, "seed " + seed);
        assertEquals(slow.secondsPerToken(8), learned.secondsPerToken(8), 0.35 * slow.secondsPerToken(8));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 3, 8})
    void aChangeOfSpeedIsFollowed(double factor) {
        for (long seed = 1; seed <= 5; seed++) {
            Speed before = new Speed(0.05, 300e-6, 0.015, 0.0005, 0.2);
            Speed after = new Speed(0.05 * factor, 300e-6 * factor, 0.015 * factor, 0.0005 * factor, 0.2);
            Learned learned = new Learned(PRIOR, MODEL);
            RandomGenerator random = new SplittableRandom(seed);
            long now = feed(learned, before, 400, random, 0);
            feed(learned, after, 40, random, now);
            double first = after.firstTokenSeconds(1_000);
            double perToken = after.secondsPerToken(8);
            String what = "seed " + seed + ", factor " + factor;
            assertEquals(first, learned.firstTokenSeconds(1_000), 0.3 * first, what);
            assertEquals(perToken, learned.secondsPerToken(8), 0.3 * perToken, what);
        }
    }

    @Test
    void answersThatCameWholeTeachTheTotal() {
        Speed slow = new Speed(0.12, 1e-3, 0.05, 0.0016, 0.2);
        RandomGenerator random = new SplittableRandom(7);
        Learned learned = new Learned(PRIOR, MODEL);
        for (int i = 0; i < 300; i++) {
            learned.observe(Workers.whole(slow.draw(random, i * SECOND)));
        }
        double expected = slow.firstTokenSeconds(1_000) + 200 * slow.secondsPerToken(8);
        double forecast = learned.firstTokenSeconds(1_000) + 200 * learned.secondsPerToken(8);
        assertEquals(expected, forecast, 0.2 * expected);
    }

    @Test
    void whatWasSeenLongAgoIsForgotten() {
        Learned learned = new Learned(PRIOR, MODEL);
        long now = feed(learned, SPEEDS.get(2), 300, new SplittableRandom(3), 0);
        assertTrue(learned.firstTokenSeconds(1_000) > 10 * PRIOR.secondsPerPromptToken() * 1_000);
        assertTrue(learned.observations(now) > 60);
        assertTrue(learned.observations(now + 120 * SECOND) < 40);
        for (int second = 1; second <= 20 * 60; second++) {
            learned.age(now + second * SECOND);
        }
        assertEquals(0.28, learned.firstTokenSeconds(1_000), 0.02);
        assertEquals(0.012, learned.secondsPerToken(1), 0.001);
        assertEquals(2, learned.tail(), 0.05);
        assertTrue(learned.observations(now + 1_200 * SECOND) < 0.1);
    }

    @Test
    void agingInOneStepIsAgingInMany() {
        Learned once = new Learned(PRIOR, MODEL);
        Learned often = new Learned(PRIOR, MODEL);
        long now = feed(once, SPEEDS.get(1), 50, new SplittableRandom(3), 0);
        feed(often, SPEEDS.get(1), 50, new SplittableRandom(3), 0);
        once.age(now + 100 * SECOND);
        IntStream.rangeClosed(1, 100).forEach(second -> often.age(now + second * SECOND));
        assertEquals(once.firstTokenSeconds(500), often.firstTokenSeconds(500), 1e-9);
        assertEquals(once.secondsPerToken(3), often.secondsPerToken(3), 1e-9);
    }

    /** The share of outcomes within forecast times tail, on what comes after it was learned. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theTailHoldsNineteenOfTwenty(long seed) {
        for (Speed speed : SPEEDS) {
            Learned learned = new Learned(PRIOR, MODEL);
            RandomGenerator random = new SplittableRandom(seed);
            long now = feed(learned, speed, 500, random, 0);
            int within = 0;
            int samples = 4_000;
            for (int i = 0; i < samples; i++) {
                now += SECOND / 2;
                Sample sample = speed.draw(random, now);
                double forecast = learned.firstTokenSeconds(sample.tokensBeforeFirst())
                        + sample.tokensAfterFirst() * learned.secondsPerToken(sample.batch());
                within += sample.totalSeconds() <= forecast * learned.tail() ? 1 : 0;
                learned.observe(sample);
            }
            double share = (double) within / samples;
            assertTrue(share >= 0.93 && share <= 0.97, "seed " + seed + ", " + speed + ": " + share);
        }
    }

    @Test
    void thePeakRisesAtOnceAndFallsSlowly() {
        Learned learned = new Learned(PRIOR, MODEL);
        learned.observe(new Sample(100, 0, 1, 0.1, 0.1, 1, 0, 0));
        learned.observe(new Sample(100, 0, 1, 2, 2, 1, 0, SECOND));
        assertEquals(2, learned.peakSeconds(SECOND), 1e-9);
        learned.observe(new Sample(100, 0, 1, 0.1, 0.1, 1, 0, 2 * SECOND));
        double kept = Math.exp(-0.1);
        assertEquals(2 * kept + 0.1 * (1 - kept), learned.peakSeconds(2 * SECOND), 1e-9);
        assertEquals(learned.peakSeconds(2 * SECOND) * Math.exp(-1), learned.peakSeconds(12 * SECOND), 1e-9);
    }

    @Test
    void oneOutlierChangesLittle() {
        Learned learned = new Learned(PRIOR, MODEL);
        long now = feed(learned, SPEEDS.getFirst(), 200, new SplittableRandom(1), 0);
        double before = learned.firstTokenSeconds(1_000);
        learned.observe(new Sample(1_000, 0, 10, 500, 600, 1, 0, now));
        assertEquals(before, learned.firstTokenSeconds(1_000), 0.1 * before);
    }

    @Test
    void whatCannotBeIsLeftOut() {
        Learned learned = new Learned(PRIOR, MODEL);
        double nan = Double.NaN;
        double most = Double.POSITIVE_INFINITY;
        for (Sample sample : List.of(
                new Sample(nan, 0, 1, 0.1, 1, 1, 0, 0),
                new Sample(-1, 0, 1, 0.1, 1, 1, 0, 0),
                new Sample(10, 11, 1, 0.1, 1, 1, 0, 0),
                new Sample(10, 0, most, 0.1, 1, 1, 0, 0),
                new Sample(10, 0, 1, 2, 1, 1, 0, 0),
                new Sample(10, 0, 1, 0.1, nan, 1, 0, 0),
                new Sample(10, 0, 1, 0.1, most, 1, 0, 0),
                new Sample(10, 0, 1, 0.1, 1, nan, 0, 0),
                new Sample(10, 0, 1, 0.1, 1, 1, 1e9, 0))) {
            learned.observe(sample);
        }
        assertEquals(0, learned.observations(0));
    }

    /** After a rush in which prompts of others took most of the time, a worker is known to decode as fast as ever. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void promptsOfOthersDoNotMakeAWorkerSlow(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        Learned learned = new Learned(PRIOR, MODEL);
        Learned blind = new Learned(PRIOR, MODEL);
        for (int i = 0; i < 200; i++) {
            double tokens = random.nextInt(50, 400);
            double interleaved = random.nextInt(100) * tokens;
            double first = 0.03 + 1_000 * 2.5e-4;
            double total = first + (tokens - 1) * 0.012 + interleaved * 2.5e-4;
            learned.observe(new Sample(1_000, 0, tokens, first, total, 1, 0, i * SECOND, interleaved));
            blind.observe(new Sample(1_000, 0, tokens, first, total, 1, 0, i * SECOND));
        }
        assertEquals(0.012, learned.secondsPerToken(1), 0.002, "seed " + seed);
        assertTrue(blind.secondsPerToken(1) > 0.02, "seed " + seed + ": " + blind.secondsPerToken(1));
        assertTrue(learned.tail() < blind.tail(), "seed " + seed + ": " + learned.tail() + ", " + blind.tail());
    }

    /** Numbers at and beyond every edge, in any order, on a clock that jumps. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isAlwaysANumberThatCouldBe(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        Learned learned = new Learned(PRIOR, MODEL);
        for (int i = 0; i < 20_000; i++) {
            long now = random.nextInt(50) == 0 ? random.nextLong() : i * SECOND;
            double prompt = odd(random, 1e8);
            double total = odd(random, 1e5);
            learned.observe(new Sample(
                    prompt,
                    random.nextBoolean() ? 0 : odd(random, prompt),
                    odd(random, 1e8),
                    random.nextInt(4) == 0 ? Double.NaN : Math.min(total, odd(random, total)),
                    total,
                    odd(random, 1e6),
                    odd(random, 1e8),
                    now,
                    random.nextBoolean() ? 0 : odd(random, 1e8)));
            check(learned, now, "seed " + seed + ", sample " + i);
        }
    }

    private static double odd(RandomGenerator random, double most) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> most;
            case 2 -> 1;
            case 3 -> Double.MIN_VALUE;
            case 4 -> random.nextInt(20) == 0 ? Double.NaN : 1e-300;
            case 5 -> random.nextInt(20) == 0 ? -1 : most * random.nextDouble();
            default -> Math.exp(random.nextDouble(-20, 20));
        };
    }

    private static void check(Forecast forecast, long now, String what) {
        for (double x : new double[] {0, 1, 100, 1e6}) {
            assertSane(forecast.firstTokenSeconds(x), what);
            assertSane(forecast.secondsPerToken(x), what);
        }
        assertTrue(forecast.firstTokenSeconds(0) > 0 && forecast.secondsPerToken(1) > 0, what);
        assertTrue(forecast.tail() >= 1 && forecast.tail() <= Tail.MOST, what);
        assertSane(forecast.peakSeconds(now), what);
        assertSane(forecast.observations(now), what);
    }

    private static void assertSane(double value, String what) {
        assertTrue(value >= 0 && value < Double.POSITIVE_INFINITY, what + ": " + value);
    }

    @Test
    void manyFeedAndReadAtOnce() throws Exception {
        Learned learned = new Learned(PRIOR, MODEL);
        Speed speed = SPEEDS.get(1);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger insane = new AtomicInteger();
        CountDownLatch readers = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    double first = learned.firstTokenSeconds(1_000);
                    if (!(first > 0 && first < 10) || !(learned.secondsPerToken(4) > 0)) {
                        insane.incrementAndGet();
                    }
                }
                readers.countDown();
            });
        }
        List<Thread> writers = IntStream.range(0, 4)
                .mapToObj(seed ->
                        Thread.ofPlatform().start(() -> feed(learned, speed, 5_000, new SplittableRandom(seed), 0)))
                .toList();
        for (Thread writer : writers) {
            writer.join();
        }
        done.set(true);
        readers.await();
        assertEquals(0, insane.get());
        assertEquals(
                speed.firstTokenSeconds(1_000), learned.firstTokenSeconds(1_000), 0.2 * speed.firstTokenSeconds(1_000));
    }
}
