package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DelayTest {
    private static final Duration MEAN = Duration.ofMillis(20);
    private static final long SEED = 11;
    private static final int DRAWS = 200_000;

    private static long[] draws(Delay delay) {
        SplittableRandom random = new SplittableRandom(SEED);
        return LongStream.generate(() -> delay.nanos(random)).limit(DRAWS).toArray();
    }

    private static double variation(long[] draws) {
        double mean = LongStream.of(draws).average().orElseThrow();
        double variance = DoubleStream.of(LongStream.of(draws).asDoubleStream().toArray())
                .map(draw -> (draw - mean) * (draw - mean))
                .average()
                .orElseThrow();
        return Math.sqrt(variance) / mean;
    }

    private static void assertMean(long[] draws) {
        assertEquals(
                (double) MEAN.toNanos(),
                LongStream.of(draws).average().orElseThrow(),
                MEAN.toNanos() * 0.01,
                "seed " + SEED);
    }

    @Test
    void aConstantIsAlwaysTheSame() {
        assertTrue(LongStream.of(draws(new Delay.Constant(MEAN))).allMatch(draw -> draw == MEAN.toNanos()));
    }

    @Test
    void aUniformDelayKeepsItsMeanAndItsSpread() {
        long[] draws = draws(new Delay.Uniform(MEAN, 0.3));
        assertMean(draws);
        assertTrue(LongStream.of(draws).allMatch(draw -> draw >= 14_000_000 && draw <= 26_000_000), "seed " + SEED);
        assertEquals(0.3 / Math.sqrt(3), variation(draws), 0.005, "seed " + SEED);
    }

    @Test
    void aLognormalDelayKeepsItsMeanAndItsVariation() {
        long[] draws = draws(new Delay.Lognormal(MEAN, 0.5));
        assertMean(draws);
        assertEquals(0.5, variation(draws), 0.02, "seed " + SEED);
        assertTrue(LongStream.of(draws).allMatch(draw -> draw > 0), "seed " + SEED);
    }

    @Test
    void noTimeVariesByNothing() {
        assertEquals(
                0, LongStream.of(draws(new Delay.Lognormal(Duration.ZERO, 3))).sum());
    }

    @Test
    void delaysHaveBounds() {
        assertThrows(IllegalArgumentException.class, () -> new Delay.Constant(Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> new Delay.Constant(Duration.ofHours(2)));
        assertThrows(IllegalArgumentException.class, () -> new Delay.Uniform(MEAN, 1.1));
        assertThrows(IllegalArgumentException.class, () -> new Delay.Lognormal(MEAN, Double.NaN));
    }

    @Test
    void aBatchSlowsEachOfItsRequestsDown() {
        MockSettings settings = MockSettings.instant().withPace(MEAN, MEAN).withBatchSlowdown(0.1);
        SplittableRandom random = new SplittableRandom(SEED);
        assertEquals(20_000_000, settings.interTokenNanos(random, 1));
        assertEquals(22_000_000, settings.interTokenNanos(random, 2));
        assertEquals(40_000_000, settings.interTokenNanos(random, 11));
        assertEquals(20_000_000, settings.withBatchSlowdown(0).interTokenNanos(random, 11));
    }
}
