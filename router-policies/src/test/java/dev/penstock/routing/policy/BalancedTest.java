package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Forecast;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.spi.Options;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalancedTest {
    private static final Options SURE = new Options(Map.of("explore", "0"));

    private static RoutingPolicy balanced() {
        return Policies.named("balanced", SURE, List.of());
    }

    private static RoutePlan.Attempt first(RoutingPolicy policy, Bench bench) {
        return assertInstanceOf(RoutePlan.class, bench.select(policy))
                .attempts()
                .getFirst();
    }

    /** An edge that is slow, and a cloud that is quick; 149 tokens follow the first. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.02, 0, 0.01, 0.5, w1", // 1.49 s sooner are worth 0.00149 $, and cost 0.000425 $
        "1, 0.02, 0, 0.01, 5, w0", // 0.00425 $
        "1, 0.05, 0, 0.01, 5, w1", // 5.96 s: 0.00596 $
        "1, 0.05, 0, 0.01, 10, w0", // 0.0085 $
        "1, 0.01, 1, 0.01, 0.5, w1",
        "0.1, 0.02, 0, 0.01, 0.5, w0", // 1.49 s of reading: 0.000149 $
        "0.1, 0.05, 0, 0.01, 0.5, w1", // 5.96 s: 0.000596 $
    })
    void weighsDollarsAgainstSeconds(
            String streaming, double slow, double slowPrice, double fast, double fastPrice, String best) {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, slowPrice, slowPrice)
                .worker(Site.Kind.CLOUD, 8, fastPrice, fastPrice)
                .demand(700, 150);
        bench.load().forecasts[0] = Bench.forecast(0.03, 2.5e-4, slow, 1);
        bench.load().forecasts[1] = Bench.forecast(0.03, 2.5e-4, fast, 1);
        RoutingPolicy policy =
                Policies.named("balanced", new Options(Map.of("explore", "0", "streaming", streaming)), List.of());
        assertEquals(best, first(policy, bench).worker().id().value());
    }

    @Test
    void estimatesWhatItTakes() {
        Bench bench = new Bench().worker(Site.Kind.EDGE, 8, 2, 4).demand(1000, 101);
        bench.load().forecasts[0] = Bench.forecast(0.03, 2e-4, 0.01, 1.5);
        bench.load().link[0] = 0.05;
        bench.load().pendingPrompts[0] = 500;
        RoutePlan.Estimate estimate = first(balanced(), bench).estimate();
        assertEquals(1000e-6 * 2 + 101e-6 * 4, estimate.dollars(), 1e-12);
        assertEquals(0.05 + 0.03 + 1500 * 2e-4, estimate.firstTokenSeconds(), 1e-9);
        assertEquals(0.38 + 100 * 0.01, estimate.seconds(), 1e-9);
        // expected 101, p95 303: 2.02 s longer; a tail of 1.5: 0.69 s
        assertEquals(1.38 + Math.hypot(0.69, 2.02), estimate.p95Seconds(), 1e-9);
    }

    @Test
    void goesToWhoHasThePromptUntilTheQueueThereIsLonger() {
        Bench bench = new Bench();
        for (int i = 0; i < 4; i++) {
            bench.worker(Site.Kind.EDGE, 100, 0, 0);
        }
        bench.demand(2048, 100).blocks(32);
        for (int slot = 0; slot < 4; slot++) {
            bench.load().forecasts[slot] = Bench.forecast(0.03, 2.5e-4, 0.01, 1);
        }
        bench.load().cached[2] = 24; // 1536 tokens: 0.384 s
        assertEquals("w2", first(balanced(), bench).worker().id().value());
        bench.load().pendingPrompts[2] = 1400;
        assertEquals("w2", first(balanced(), bench).worker().id().value());
        bench.load().pendingPrompts[2] = 2100; // 0.525 s, beyond what is near
        assertTrue(!first(balanced(), bench).worker().id().value().equals("w2"));
    }

    @Test
    void aPriceNobodyKnowsIsNotFree() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, Double.NaN, Double.NaN)
                .worker(Site.Kind.EDGE, 8, 1, 1)
                .demand(700, 150);
        bench.load().forecasts[1] = Bench.forecast(0.02, 1e-4, 0.01, 1);
        assertEquals("w1", first(balanced(), bench).worker().id().value());
    }

    @Test
    void believesWhatAWorkerSaysItHasStillToCompute() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 1, 1)
                .worker(Site.Kind.EDGE, 8, 1, 1)
                .demand(700, 150);
        bench.load().pendingPrompts[0] = 4_000;
        bench.load().pendingPrompts[1] = 2_000;
        assertEquals("w1", first(balanced(), bench).worker().id().value());
        bench.load().promptsAhead[0] = 500; // most of ours is computed, and nobody else waits
        bench.load().promptsAhead[1] = 20_000; // others wait there, too
        assertEquals("w0", first(balanced(), bench).worker().id().value());
    }

    @Test
    void aWorkerThatComputesPromptsMostOfTheTimeIsSlowToDecode() {
        Bench bench = new Bench().worker(Site.Kind.EDGE, 8, 1, 1).demand(1000, 101);
        bench.load().forecasts[0] = Bench.forecast(0.03, 2.5e-4, 0.012, 1);
        RoutePlan.Estimate quiet = first(balanced(), bench).estimate();
        assertEquals(0.28 + 1.2, quiet.seconds(), 1e-9);
        bench.load().promptsPerSecond[0] = 2_000; // half of its time
        assertEquals(0.28 + 2.4, first(balanced(), bench).estimate().seconds(), 1e-9);
        bench.load().promptsPerSecond[0] = 1e6; // more than it can have
        assertEquals(0.28 + 12, first(balanced(), bench).estimate().seconds(), 1e-9);
    }

    @Test
    void hoursThatArePaidForAnywayNeedNotCount() {
        Bench bench = new Bench()
                .hourly(Site.Kind.EDGE, 1, 100)
                .worker(Site.Kind.EDGE, 1, 0.1, 0.1)
                .demand(700, 150);
        assertEquals("w1", first(balanced(), bench).worker().id().value());
        RoutingPolicy sunk =
                Policies.named("balanced", new Options(Map.of("explore", "0", "hourly-share", "0")), List.of());
        bench.load().link[1] = 0.2;
        assertEquals("w0", first(sunk, bench).worker().id().value());
    }

    /** All of them see the same, as of a quarter of a second ago. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void decidersWithTheSameStalePictureDoNotAllGoToTheSameWorker(long seed) {
        int deciders = 8;
        int rounds = 200;
        List<RoutingPolicy> policies =
                Stream.generate(BalancedTest::balanced).limit(deciders).toList();
        Random random = new Random(seed);
        int alike = 0;
        double most = 0;
        for (int round = 0; round < rounds; round++) {
            Bench bench = new Bench();
            for (int i = 0; i < 16; i++) {
                bench.worker(Site.Kind.EDGE, 64, 0.1, 0.1);
            }
            bench.demand(700, 150);
            for (int slot = 0; slot < 16; slot++) {
                bench.load().forecasts[slot] = Bench.forecast(0.03, 2.5e-4, 0.012, 1.3);
                bench.load().inFlight[slot] = 2 + random.nextInt(3);
                bench.load().foreign[slot] = 7 * bench.load().inFlight[slot];
                bench.load().pendingPrompts[slot] = random.nextInt(3) * 90;
            }
            bench.load().ageMillis = 250;
            int[] picks = new int[16];
            for (RoutingPolicy decider : policies) {
                picks[
                        first(decider, bench.random(new Random(random.nextLong())))
                                .worker()
                                .slot()]++;
            }
            int top = Arrays.stream(picks).max().orElseThrow();
            alike += top == deciders ? 1 : 0;
            most += top;
        }
        assertTrue(alike <= rounds / 100, "seed " + seed + ": all alike in " + alike + " of " + rounds);
        assertTrue(most / rounds < deciders / 2.0, "seed " + seed + ": " + most / rounds + " of 8 at one worker");
    }

    @Test
    void aGatewayThatSeesAllTakesTheBest() {
        Bench bench = new Bench();
        for (int i = 0; i < 16; i++) {
            bench.worker(Site.Kind.EDGE, 64, 0, 0);
        }
        bench.demand(700, 150);
        for (int slot = 0; slot < 16; slot++) {
            bench.load().forecasts[slot] = Bench.forecast(0.03, 2.5e-4, 0.012, 1);
            bench.load().inFlight[slot] = 20;
            bench.load().pendingPrompts[slot] = slot == 5 ? 0 : 700;
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    5, first(balanced(), bench.random(new Random(i))).worker().slot());
        }
    }

    @Test
    void triesThoseItKnowsLittleOfNowAndThen() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .demand(700, 150);
        bench.load().forecasts[0] = Bench.forecast(0.03, 2.5e-4, 0.012, 1);
        bench.load().forecasts[1] = Bench.cold(Bench.forecast(0.03, 2.5e-4, 0.02, 1));
        RoutingPolicy policy = Policies.named("balanced", new Options(Map.of("explore", "0.05")), List.of());
        Random random = new Random(4);
        int tried = 0;
        for (int i = 0; i < 10_000; i++) {
            tried += first(policy, bench.random(random)).worker().slot() == 1 ? 1 : 0;
        }
        assertEquals(500, tried, 70, "seed 4");
        bench.load().forecasts[1] = Bench.cold(Bench.forecast(0.03, 2.5e-4, 0.2, 1)); // more than twice as dear
        bench.renewed();
        for (int i = 0; i < 1000; i++) {
            assertEquals(0, first(policy, bench.random(random)).worker().slot());
        }
    }

    @Test
    void forecastsOfNothingAreNoTrap() {
        Bench bench = new Bench().worker(Site.Kind.EDGE, 8, 0, 0).demand(0, 0);
        bench.load().forecasts[0] = Forecast.UNKNOWN;
        assertEquals(0.05, first(balanced(), bench).estimate().seconds(), 1e-9);
    }
}
