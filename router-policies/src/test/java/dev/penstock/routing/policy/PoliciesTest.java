package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.policy.Policies.Component;
import dev.penstock.routing.policy.score.Itemized;
import dev.penstock.routing.policy.score.Objective;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
    private static RoutingPolicy named(String name, String... options) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < options.length; i += 2) {
            values.put(options[i], options[i + 1]);
        }
        return Policies.named(name, new Options(values), List.of());
    }

    private static int slot(RoutingPolicy policy, Bench bench) {
        return assertInstanceOf(RoutePlan.class, bench.select(policy))
                .attempts()
                .getFirst()
                .worker()
                .slot();
    }

    private static Bench pool(int workers, int capacity) {
        Bench bench = new Bench();
        for (int i = 0; i < workers; i++) {
            bench.worker(Site.Kind.EDGE, capacity, 1, 1);
        }
        return bench;
    }

    @Test
    void knowsTheirNames() {
        assertEquals(
                List.of(
                        "balanced",
                        "cheapest",
                        "fastest",
                        "least-outstanding",
                        "least-work",
                        "llm-d",
                        "peak-ewma",
                        "prefix-affinity",
                        "prequal",
                        "round-robin",
                        "session-affinity",
                        "sglang-cache-aware",
                        "two-choices",
                        "weighted"),
                Policies.names());
        String refused = String.valueOf(assertThrows(IllegalArgumentException.class, () -> named("best"))
                .getMessage());
        assertTrue(refused.startsWith("policy: best (expected: one of balanced, cheapest, "), refused);
    }

    @ParameterizedTest
    @CsvSource({
        "balanced, bend, 1, bend: unknown option",
        "balanced, band, -1, band: -1 (expected: a number from 0.0 to 10.0)",
        "round-robin, band, 1, band: unknown option",
        "prefix-affinity, load-factor, 0.9, load-factor: 0.9",
        "prequal, pool, 1.5, pool: 1.5 (expected: a whole number)",
        "weighted, w1, heavy, w1: heavy",
        "two-choices, resume-seconds, 3, resume-seconds: 3 (expected: a number from 0.0 to 2.0)",
    })
    void refusesOptionsThatItDoesNotHave(String policy, String option, String value, String message) {
        String refused = String.valueOf(assertThrows(IllegalArgumentException.class, () -> named(policy, option, value))
                .getMessage());
        assertTrue(refused.startsWith(message), refused);
    }

    @Test
    void ratiosAndSecondsDoNotAddUp() {
        List<Component> mixed = List.of(new Component("seconds"), new Component("outstanding"));
        assertThrows(
                IllegalArgumentException.class,
                () -> Policies.compose("mine", List.of(), mixed, new Component("least"), Options.NONE));
    }

    @Test
    void composesWhatIsNamed() {
        RoutingPolicy mine = Policies.compose(
                "mine",
                List.of(new Component("context-length", new Options(Map.of("estimate-error", "0")), 1)),
                List.of(new Component("price"), new Component("seconds", Options.NONE, 2)),
                new Component("least"),
                Options.NONE);
        Bench bench = pool(2, 8).demand(100, 100);
        bench.load().link[0] = 1;
        assertEquals(1, slot(mine, bench));
        assertEquals(
                "mine", assertInstanceOf(RoutePlan.class, bench.select(mine)).reason());
    }

    /** A thousand picks each. Of the purely random ones the number is binomial: 150 off is 4.7 deviations. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "weighted",
                "two-choices",
                "balanced",
                "fastest",
                "peak-ewma",
                "prequal",
                "least-outstanding",
                "llm-d"
            })
    void equalsAreTreatedAlike(String name) {
        long seed = 11;
        Random random = new Random(seed);
        RoutingPolicy policy = named(name);
        Bench bench = new Bench();
        for (int i = 0; i < 64; i++) {
            bench.worker(Site.Kind.EDGE, 100, 1, 1);
        }
        bench.demand(100, 100).random(random);
        int[] picks = new int[64];
        for (int i = 0; i < 64_000; i++) {
            picks[slot(policy, bench)]++;
        }
        for (int slot = 0; slot < 64; slot++) {
            assertEquals(1000, picks[slot], 150, name + ", seed " + seed + ", slot " + slot);
        }
    }

    @Test
    void roundRobinGoesRoundForEachModelApart() {
        RoutingPolicy policy = named("round-robin");
        Bench bench = pool(4, 8);
        for (int i = 0; i < 12; i++) {
            assertEquals(i % 4, slot(policy, bench));
        }
    }

    @Test
    void weightsAreCapacitiesOrGiven() {
        Random random = new Random(3);
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 10, 0, 0)
                .worker(Site.Kind.EDGE, 30, 0, 0)
                .random(random);
        int second = 0;
        int given = 0;
        RoutingPolicy byCapacity = named("weighted");
        RoutingPolicy byWeight = named("weighted", "w0", "9", "w1", "1");
        for (int i = 0; i < 10_000; i++) {
            second += slot(byCapacity, bench);
            given += slot(byWeight, bench);
        }
        assertEquals(7500, second, 200, "seed 3");
        assertEquals(1000, given, 150, "seed 3");
    }

    @Test
    void peakEwmaProbesOneOfWhomNothingIsKnownAtATime() {
        RoutingPolicy policy = named("peak-ewma");
        Bench bench = pool(2, 100);
        bench.load().forecasts[0] = Bench.peak(0.5);
        bench.load().forecasts[1] = Bench.peak(0);
        assertEquals(1, slot(policy, bench), "idle and unknown");
        bench.load().inFlight[1] = 1;
        bench.load().inFlight[0] = 50;
        assertEquals(0, slot(policy, bench), "probed already");
        bench.load().forecasts[1] = Bench.peak(10);
        bench.renewed();
        assertEquals(1, slot(policy, bench), "10 x 2 is less than 0.5 x 51");
    }

    @Test
    void prequalPrefersTheQuickOfTheCold() {
        RoutingPolicy policy = named("prequal");
        Bench bench = pool(10, 100).demand(100, 100);
        for (int slot = 0; slot < 10; slot++) {
            bench.load().inFlight[slot] = slot;
            bench.load().link[slot] = slot == 9 ? 0 : slot == 7 ? 0.1 : 1;
        }
        assertEquals(7, slot(policy, bench), "9 is quicker, but hot: 0.84 of the pool have at most 8");
    }

    @Test
    void affinityKeepsToOneWorkerWithinItsBound() {
        for (String name : List.of("prefix-affinity", "session-affinity")) {
            RoutingPolicy policy = named(name);
            Bench bench = pool(10, 100).affinity(77, 1, 2, 3, 4, 5, 6);
            int home = slot(policy, bench);
            assertEquals(home, slot(policy, bench.affinity(77, 1, 2, 3, 4, 99)), "five blocks in, all is the same");
            for (int slot = 0; slot < 10; slot++) {
                bench.load().inFlight[slot] = 20;
            }
            bench.load().inFlight[home] = 24; // with this one 25 of 205: 1.25 x 20.5 is 25.6
            assertEquals(home, slot(policy, bench), name);
            bench.load().inFlight[home] = 30;
            assertTrue(home != slot(policy, bench), name);
        }
    }

    @Test
    void affinityMovesOnlyTheKeysOfWhoLeft() {
        RoutingPolicy policy = named("session-affinity");
        Bench bench = pool(10, 100);
        int[] homes = new int[1000];
        int[] keys = new int[10];
        for (int key = 0; key < homes.length; key++) {
            homes[key] = slot(policy, bench.affinity(key + 1));
            keys[homes[key]]++;
        }
        for (int slot = 0; slot < 10; slot++) {
            assertEquals(100, keys[slot], 40, "slot " + slot);
        }
        bench.load().available[3] = false;
        for (int key = 0; key < homes.length; key++) {
            int now = slot(policy, bench.affinity(key + 1));
            assertTrue(homes[key] == 3 ? now != 3 : now == homes[key]);
        }
    }

    @Test
    void leastWorkCountsTokensAndShunsFullCaches() {
        RoutingPolicy policy = named("least-work");
        Bench bench = pool(2, 100).demand(100, 100);
        bench.load().pendingPrompts[0] = 1000;
        assertEquals(1, slot(policy, bench));
        bench.load().cacheUse[1] = 0.999; // 0.15 x 999 s
        assertEquals(0, slot(policy, bench));
    }

    @Test
    void sglangKeepsAPrefixUntilThePoolIsImbalanced() {
        RoutingPolicy policy = named("sglang-cache-aware");
        Bench bench = pool(3, 1000).demand(640, 10).blocks(10);
        bench.load().cached[2] = 6; // 384 of 640 tokens
        assertEquals(2, slot(policy, bench));
        bench.load().inFlight[2] = 32;
        assertEquals(2, slot(policy, bench), "32 more are not more than 32");
        bench.load().inFlight[2] = 33;
        assertEquals(0, slot(policy, bench));
        bench.load().inFlight[2] = 0;
        bench.load().cached[2] = 5; // 320: half is not more than half
        assertEquals(1, slot(policy, bench), "nobody was given less");
    }

    @Test
    void llmdAddsItsScores() {
        RoutingPolicy policy = named("llm-d");
        Bench bench = pool(3, 1000).demand(640, 10).blocks(10);
        bench.load().cached[0] = 5; // 1.5
        bench.load().cacheUse[1] = 0.7; // 1.4 less
        bench.load().cacheUse[2] = 0.8;
        assertEquals(0, slot(policy, bench));
        bench.load().queue[0] = 1; // the longest: 2 less
        bench.load().cacheUse[1] = 0.2;
        assertEquals(1, slot(policy, bench));
    }

    @Test
    void cheapestIsCheapestAndOfEqualsTheSoonest() {
        RoutingPolicy policy = named("cheapest");
        Bench bench = new Bench()
                .worker(Site.Kind.CLOUD, 8, 2, 2)
                .worker(Site.Kind.EDGE, 8, 1, 1)
                .worker(Site.Kind.EDGE, 8, 1, 1)
                .demand(100, 100);
        bench.load().link[0] = 0;
        bench.load().link[1] = 5;
        bench.load().link[2] = 4;
        assertEquals(2, slot(policy, bench));
        assertEquals(0, slot(named("fastest"), bench));
    }

    @Test
    void explainsItsSums() {
        Explainable policy = assertInstanceOf(Explainable.class, named("balanced", "explore", "0"));
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 1, 3)
                .worker(Site.Kind.CLOUD, 8, 2, 4)
                .worker(Site.Kind.EDGE, 1, 1, 1)
                .demand(1000, 100);
        bench.load().inFlight[2] = 1;
        bench.load().pendingPrompts[0] = 200;
        bench.load().ageMillis = 70;
        Explanation explained = policy.explain(bench.context(), bench.directory(), bench.load());
        assertEquals(Scorer.Unit.DOLLARS, explained.unit());
        List<Explanation.Candidate> candidates = explained.tiers().getFirst().candidates();
        assertEquals(
                List.of("w0", "w1", "w2"),
                candidates.stream().map(Explanation.Candidate::worker).toList());
        assertEquals(
                List.of("", "", "room"),
                candidates.stream().map(Explanation.Candidate::refusedBy).toList());
        assertEquals(
                List.of(1, 2, 0),
                candidates.stream().map(Explanation.Candidate::rank).toList());
        Explanation.Candidate first = candidates.getFirst();
        assertEquals(
                List.of("price", "link", "loading", "wait", "prefill", "decode", "retries", "others", "quality"),
                first.terms().stream().map(Explanation.Term::name).toList());
        assertEquals(0.0013, first.terms().getFirst().value(), 1e-12);
        assertEquals(0.06, first.terms().get(3).value(), 1e-9, "200 tokens at 0.3 ms");
        assertEquals(6e-5, first.terms().get(3).cost(), 1e-12);
        assertEquals(70, first.signals().ageMillis());
        RoutePlan.Estimate estimate = first.estimate();
        double decode = estimate.seconds() - estimate.firstTokenSeconds();
        assertEquals(estimate.dollars() + 0.001 * (estimate.firstTokenSeconds() + 0.1 * decode), first.cost(), 1e-12);
        assertInstanceOf(RoutePlan.class, explained.decision());
    }

    /** What is computed in one go is what its terms come to. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theObjectiveIsTheSumOfItsTerms(long seed) {
        RandomPool pools = new RandomPool(new Random(seed));
        Objective objective = new Objective(Options.NONE);
        int compared = 0;
        for (int round = 0; round < 300; round++) {
            Directory directory = pools.directory();
            SetLoad load = pools.load(directory);
            RoutingContext context = pools.context(Constraints.NONE, 3);
            List<ModelChoice> tier = context.tiers().getFirst();
            Decision decision = Decision.begin();
            decision.open(CandidateTable.of(tier, directory, load.forecasts()), tier, context, load);
            int count = decision.size();
            double[] sum = new double[count];
            for (Itemized.Term term : objective.terms()) {
                double worth = term.scorer().unit() == Scorer.Unit.SECONDS
                        ? context.worth().dollarsPerSecond()
                        : 1;
                term.scorer().add(context, decision, load, decision.rows, count, worth, sum);
            }
            double[] whole = new double[count];
            objective.add(context, decision, load, decision.rows, count, 1, whole);
            assertArrayEquals(sum, whole, 1e-9, "seed " + seed + ", round " + round);
            compared += count;
            decision.end();
        }
        assertTrue(compared > 300, "seed " + seed);
    }
}
