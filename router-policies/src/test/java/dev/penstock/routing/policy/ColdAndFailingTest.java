package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are not in memory, and workers whose tries fail, are scored by the time that costs. */
final class ColdAndFailingTest {
    private static final Options SURE = new Options(Map.of("explore", "0", "band", "0"));

    private static Bench two() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .demand(1_000, 101);
        bench.load().forecasts[0] = Bench.forecast(0.05, 2e-4, 0.01, 1);
        bench.load().forecasts[1] = Bench.forecast(0.05, 2e-4, 0.01, 1);
        return bench;
    }

    private static void trouble(Bench bench, double loadSeconds, double odds, double failureSeconds) {
        bench.load().forecasts[0] = new Troubled(bench.load().forecasts[0], loadSeconds, odds, failureSeconds);
    }

    private static String chosen(String policy, Bench bench) {
        Options options = policy.equals("balanced") ? SURE : Options.NONE;
        return assertInstanceOf(RoutePlan.class, bench.select(Policies.named(policy, options, List.of())))
                .attempts()
                .getFirst()
                .worker()
                .id()
                .value();
    }

    private static Explanation.Candidate explained(Bench bench) {
        RoutingPolicy policy = Policies.named("balanced", SURE, List.of());
        return Explainable.of(policy, bench.context(), bench.directory(), bench.load())
                .tiers()
                .getFirst()
                .candidates()
                .stream()
                .filter(candidate -> candidate.worker().equals("w0"))
                .findFirst()
                .orElseThrow();
    }

    private static double term(Explanation.Candidate of, String name) {
        return of.terms().stream()
                .filter(term -> term.name().equals(name))
                .mapToDouble(Explanation.Term::value)
                .sum();
    }

    /** The one that may be cold is 0.5 s nearer; the other is far. */
    @ParameterizedTest
    @CsvSource({"0, w0", "0.4, w0", "0.6, w1", "20, w1"})
    void goesToTheColdOneOnlyWhereTheOtherIsFarther(double loadSeconds, String best) {
        for (String policy : List.of("balanced", "fastest")) {
            Bench bench = two();
            bench.load().link[1] = 0.5;
            trouble(bench, loadSeconds, 0, 0);
            assertEquals(best, chosen(policy, bench), policy);
        }
    }

    @Test
    void theLoadIsATermAndPartOfTheTimeToTheFirstToken() {
        Bench bench = two();
        double warm = explained(bench).estimate().firstTokenSeconds();
        trouble(bench, 20, 0, 0);
        Explanation.Candidate cold = explained(bench);
        assertEquals(20, term(cold, "loading"), 1e-9);
        assertEquals(warm + 20, cold.estimate().firstTokenSeconds(), 1e-9);
        assertEquals(0, term(cold, "retries"));
    }

    @Test
    void triesThatFailAtOnceCostAsMuchAsOnesThatGoWell() {
        Bench bench = two();
        double first = explained(bench).estimate().firstTokenSeconds();
        trouble(bench, 0, 0.5, 0.001);
        Explanation.Candidate failing = explained(bench);
        assertEquals(0.5 * first, term(failing, "retries"), 1e-9);
        assertEquals(first, failing.estimate().firstTokenSeconds(), 1e-9, "that of the try that succeeds");
        assertEquals("w1", chosen("balanced", bench));
        assertEquals("w1", chosen("fastest", bench));
    }

    @Test
    void triesThatFailLateCostWhatTheyLast() {
        Bench bench = two();
        trouble(bench, 0, 0.1, 30);
        assertEquals(3, term(explained(bench), "retries"), 1e-9);
    }

    /** More failures never make a worker look better, and what is added stays within the bound of the odds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void costRisesWithTheOdds(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            double lasting = 20 * random.nextDouble();
            double odds = 9 * random.nextDouble();
            double more = odds + (9 - odds) * random.nextDouble();
            double link = random.nextDouble();
            double[] costs = new double[3];
            double first = 0;
            for (int i = 0; i < 3; i++) {
                Bench bench = two();
                bench.load().link[0] = link;
                trouble(bench, 0, i == 0 ? 0 : i == 1 ? odds : more, lasting);
                Explanation.Candidate candidate = explained(bench);
                costs[i] = candidate.cost();
                first = candidate.estimate().firstTokenSeconds();
            }
            String what = "seed " + seed + ", round " + round;
            assertTrue(costs[0] <= costs[1] && costs[1] <= costs[2], what);
            double worth = two().context().worth().dollarsPerSecond();
            assertTrue(costs[2] <= costs[0] + worth * 9 * Math.max(first, lasting) + 1e-9, what);
        }
    }
}
