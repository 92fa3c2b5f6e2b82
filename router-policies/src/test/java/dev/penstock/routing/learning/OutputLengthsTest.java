package dev.penstock.routing.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputLengthsTest {
    private static final ModelId MODEL = Workers.MODEL;
    private static final ModelId OTHER = new ModelId("other");

    @Test
    void ofNobodyTheUsualIsExpected() {
        Demand demand = new OutputLengths().demand("key", MODEL, 77, Demand.UNBOUNDED, 1);
        assertEquals(new Demand(77, 128, 512, Demand.UNBOUNDED), demand);
    }

    @Test
    void whatIsAllowedBoundsWhatIsExpected() {
        OutputLengths lengths = new OutputLengths();
        assertEquals(new Demand(10, 16, 16, 16), lengths.demand("key", MODEL, 10, 16, 1));
        assertEquals(new Demand(10, 0, 0, 0), lengths.demand("key", MODEL, 10, 0, 1));
        assertEquals(new Demand(10, 48, 48, 48), lengths.demand("key", MODEL, 10, 16, 3));
        for (int i = 0; i < 100; i++) {
            lengths.observe("key", MODEL, i % 2 == 0 ? 10 : 1_000);
        }
        Demand demand = lengths.demand("key", MODEL, 10, 100, 1);
        assertEquals(55, demand.expectedTokens(), 3);
        assertEquals(100, demand.p95Tokens());
    }

    /** Log-normal lengths, as those of chats are. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void meanAndTailAreLearned(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        OutputLengths lengths = new OutputLengths();
        for (int i = 0; i < 2_000; i++) {
            lengths.observe("key", MODEL, Math.ceil(Math.exp(5 + 0.8 * random.nextGaussian())));
        }
        Demand demand = lengths.demand("key", MODEL, 10, Demand.UNBOUNDED, 1);
        double mean = Math.exp(5 + 0.32);
        double p95 = Math.exp(5 + 0.8 * 1.645);
        assertEquals(mean, demand.expectedTokens(), 0.25 * mean, "seed " + seed);
        assertEquals(p95, demand.p95Tokens(), 0.35 * p95, "seed " + seed);
    }

    @Test
    void aQuantileIsOfTheKeyThenOfTheModelAndWithinWhatIsAllowed() {
        OutputLengths lengths = new OutputLengths();
        assertEquals(512, lengths.quantile("key", MODEL, 0.9, Demand.UNBOUNDED, 1), "of nobody");
        assertEquals(300, lengths.quantile("key", MODEL, 0.9, 100, 3));
        for (int i = 0; i < 100; i++) {
            lengths.observe("key", MODEL, i % 20 == 0 ? 1_000 : 50);
        }
        assertEquals(50, lengths.quantile("key", MODEL, 0.9, Demand.UNBOUNDED, 1), 5);
        assertEquals(1_000, lengths.quantile("key", MODEL, 0.99, Demand.UNBOUNDED, 1), 90);
        assertEquals(20, lengths.quantile("key", MODEL, 0.9, 20, 1));
        assertEquals(50, lengths.quantile("another", MODEL, 0.9, Demand.UNBOUNDED, 1), 5);
    }

    @Test
    void keysDiffer() {
        OutputLengths lengths = new OutputLengths();
        for (int i = 0; i < 50; i++) {
            lengths.observe("classifier", MODEL, 2);
            lengths.observe("writer", MODEL, 2_000);
        }
        assertEquals(
                2, lengths.demand("classifier", MODEL, 10, Demand.UNBOUNDED, 1).p95Tokens(), 0.3);
        assertEquals(
                2_000, lengths.demand("writer", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens(), 200);
    }

    @Test
    void aNewKeyIsTakenForTheModelsOthersAndThenForItself() {
        OutputLengths lengths = new OutputLengths();
        for (int i = 0; i < 500; i++) {
            lengths.observe("old", MODEL, 1_000);
        }
        assertEquals(
                1_000, lengths.demand("new", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens(), 100);
        assertEquals(
                1_000, lengths.demand("new", OTHER, 10, Demand.UNBOUNDED, 1).expectedTokens(), 100);
        for (int i = 0; i < 9; i++) {
            lengths.observe("new", MODEL, 10);
        }
        assertTrue(lengths.demand("new", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens() > 100);
        lengths.observe("new", MODEL, 10);
        lengths.observe("new", MODEL, 10);
        assertEquals(10, lengths.demand("new", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens(), 1);
    }

    @Test
    void whatKeysDoNowCountsMore() {
        OutputLengths lengths = new OutputLengths();
        for (int i = 0; i < 100_000; i++) {
            lengths.observe("key", MODEL, 10);
        }
        for (int i = 0; i < 1_000; i++) {
            lengths.observe("key", MODEL, 1_000);
        }
        assertEquals(
                1_000, lengths.demand("key", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens(), 100);
    }

    @Test
    void keysThatAreNotUsedMakeRoom() {
        OutputLengths lengths = new OutputLengths(160);
        for (int i = 0; i < 10_000; i++) {
            lengths.observe("key-" + i, MODEL, 10);
            assertTrue(lengths.size() <= 160);
        }
    }

    @Test
    void whatCannotBeIsLeftOut() {
        OutputLengths lengths = new OutputLengths();
        for (double odd : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
            IntStream.range(0, 100).forEach(i -> lengths.observe("key", MODEL, odd));
        }
        assertEquals(128, lengths.demand("key", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens());
        for (double odd : new double[] {0, Double.MIN_VALUE, 1e300, 1}) {
            IntStream.range(0, 30).forEach(i -> lengths.observe("key", MODEL, odd));
            Demand demand = lengths.demand("key", MODEL, 10, Demand.UNBOUNDED, 1);
            assertTrue(demand.p95Tokens() < Double.POSITIVE_INFINITY && demand.p95Tokens() >= 0);
        }
    }

    @Test
    void manyFeedAndAskAtOnce() throws Exception {
        OutputLengths lengths = new OutputLengths(64);
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        lengths.observe("key-" + i % 100, MODEL, 100);
                        lengths.demand("key-" + i % 100, MODEL, 10, 50, 1);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(
                100, lengths.demand("key-1", MODEL, 10, Demand.UNBOUNDED, 1).expectedTokens(), 10);
        assertTrue(lengths.size() <= 64);
    }

    @Test
    void bytesOfATokenAreLearned() {
        PromptTokens tokens = new PromptTokens();
        assertEquals(100, tokens.estimate(MODEL, 400));
        for (int i = 0; i < 500; i++) {
            tokens.observe(MODEL, 2_000, 1_000);
            tokens.observe(MODEL, 1_000, 0);
            tokens.observe(MODEL, 1, Long.MAX_VALUE / 2);
            tokens.observe(MODEL, Long.MAX_VALUE, 1);
        }
        assertEquals(2, tokens.bytesPerToken(MODEL), 0.05);
        assertEquals(200, tokens.estimate(MODEL, 400), 5);
        assertEquals(4, tokens.bytesPerToken(OTHER));
    }
}
