package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.NoCandidate.Constrained;
import dev.penstock.routing.NoCandidate.Kind;
import dev.penstock.routing.Placement;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.spi.Options;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardFiltersTest {
    private final RoutingPolicy policy = Policies.named("least-outstanding", Options.NONE, List.of());

    private static Constraints constraints(
            DataClass data, Placement placement, double maxCost, int deadlineMillis, double minQuality) {
        return new Constraints(
                data,
                placement,
                Optional.empty(),
                maxCost < 0 ? OptionalDouble.empty() : OptionalDouble.of(maxCost),
                deadlineMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(deadlineMillis)),
                minQuality < 0 ? OptionalDouble.empty() : OptionalDouble.of(minQuality));
    }

    private static Constraints only(DataClass data, Placement placement) {
        return constraints(data, placement, -1, 0, -1);
    }

    private static void assertRefused(String filter, Kind kind, RoutingDecision decision) {
        Constrained refused = assertInstanceOf(Constrained.class, decision);
        assertEquals(filter, refused.filter(), decision.toString());
        assertEquals(kind, refused.kind(), decision.toString());
        assertEquals(Bench.MODEL, refused.model());
    }

    @Test
    void privateWaitsForTheEdgeAndNeverSpills() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 1, 0, 0)
                .worker(Site.Kind.CLOUD, 8, 0, 0)
                .constraints(only(DataClass.PRIVATE, Placement.EDGE_FIRST));
        bench.load().inFlight[0] = 1;
        assertEquals(new NoCandidate.AllBusy(Bench.MODEL), bench.select(policy));
        bench.load().available[0] = false;
        assertEquals(new NoCandidate.NoLiveWorker(Bench.MODEL), bench.select(policy));
        Bench cloudOnly =
                new Bench().worker(Site.Kind.CLOUD, 8, 0, 0).constraints(only(DataClass.PRIVATE, Placement.AUTO));
        assertRefused("placement", Kind.UNAVAILABLE, cloudOnly.select(policy));
    }

    @Test
    void edgeOnlyAsksForNoClearance() {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 1, 0, 0)
                .worker(Site.Kind.CLOUD, 8, 0, 0)
                .constraints(only(DataClass.PUBLIC, Placement.EDGE_ONLY));
        RoutePlan plan = assertInstanceOf(RoutePlan.class, bench.select(policy));
        assertEquals(1, plan.attempts().size());
        assertEquals(Site.Kind.EDGE, plan.attempts().getFirst().worker().site().kind());
    }

    @ParameterizedTest
    @CsvSource({
        // context, prompt, at most, fits: the prompt may be estimated a fifth too high
        "0, 100000, 100000, true",
        "1000, 500, 500, true",
        "1000, 625, 500, true",
        "1000, 626, 500, false",
        "1000, 1248, -1, true",
        "1000, 1250, -1, false",
        "1000, 0, 1000, true",
        "1000, 0, 1001, false",
    })
    void whatIsAskedMustFitTheContext(int context, double prompt, long most, boolean fits) {
        Bench bench = new Bench()
                .context(context)
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .demand(new Demand(prompt, 1, 1, most < 0 ? Demand.UNBOUNDED : most));
        if (fits) {
            assertInstanceOf(RoutePlan.class, bench.select(policy));
        } else {
            assertRefused("context-length", Kind.UNSATISFIABLE, bench.select(policy));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // 1000 prompt tokens, at most 500 generated; context 4000
        "2, 4, 500, 0.004, true",
        "2, 4, 500, 0.0039, false",
        "2, 4, -1, 0.02, true", // what is left of the context: 3000
        "2, 4, -1, 0.0139, false",
        "0, 0, -1, 0, true",
        "NaN, NaN, 500, 100, false",
    })
    void theMostItCanCostIsBounded(double input, double output, long most, double ceiling, boolean passes) {
        Bench bench = new Bench()
                .context(4000)
                .worker(Site.Kind.EDGE, 8, input, output)
                .demand(new Demand(1000, 10, 10, most < 0 ? Demand.UNBOUNDED : most))
                .constraints(constraints(DataClass.PUBLIC, Placement.AUTO, ceiling, 0, -1));
        if (passes) {
            assertInstanceOf(RoutePlan.class, bench.select(policy));
        } else {
            assertRefused("max-cost", Kind.TOO_EXPENSIVE, bench.select(policy));
        }
    }

    @Test
    void whatNothingBoundsHasNoCeilingUnlessItIsFree() {
        Demand endless = new Demand(1000, 10, 10, Demand.UNBOUNDED);
        Constraints ceiling = constraints(DataClass.PUBLIC, Placement.AUTO, 1000, 0, -1);
        Bench priced =
                new Bench().worker(Site.Kind.EDGE, 8, 1, 1).demand(endless).constraints(ceiling);
        assertRefused("max-cost", Kind.TOO_EXPENSIVE, priced.select(policy));
        Bench hourly = new Bench().hourly(Site.Kind.EDGE, 8, 1).demand(endless).constraints(ceiling);
        assertRefused("max-cost", Kind.TOO_EXPENSIVE, hourly.select(policy));
        Bench free = new Bench().worker(Site.Kind.EDGE, 8, 1, 0).demand(endless).constraints(ceiling);
        assertInstanceOf(RoutePlan.class, free.select(policy));
    }

    @ParameterizedTest
    @CsvSource({"1730, false", "1740, true"})
    void nineteenOfTwentyMustBeInTime(int deadlineMillis, boolean passes) {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .demand(new Demand(1000, 101, 101, 200))
                .constraints(constraints(DataClass.PUBLIC, Placement.AUTO, -1, deadlineMillis, -1));
        bench.load().forecasts[0] = Bench.forecast(0.05, 1e-4, 0.01, 1.5); // 1.15 s, and half as much again
        bench.load().link[0] = 0.0056;
        if (passes) {
            assertInstanceOf(RoutePlan.class, bench.select(policy));
        } else {
            assertRefused("deadline", Kind.UNAVAILABLE, bench.select(policy));
        }
    }

    @ParameterizedTest
    @CsvSource({"260, true", "270, false"})
    void theDeadlineCountsFromWhenTheRequestCame(int waitedMillis, boolean passes) {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .demand(new Demand(1000, 101, 101, 200))
                .constraints(constraints(DataClass.PUBLIC, Placement.AUTO, -1, 2000, -1));
        bench.load().forecasts[0] = Bench.forecast(0.05, 1e-4, 0.01, 1.5);
        bench.load().link[0] = 0.0056; // 1.7334 s
        RoutingContext waited = bench.context().withWaited(waitedMillis * 1_000_000L);
        RoutingDecision decision = policy.select(waited, bench.directory(), bench.load());
        if (passes) {
            assertInstanceOf(RoutePlan.class, decision);
        } else {
            assertRefused("deadline", Kind.UNAVAILABLE, decision);
            assertTrue(decision.toString().contains("deadline-ms is 2000, 270 of them gone"), decision.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"0.7, 0.7, true", "0.69, 0.7, false", "NaN, 0, false"})
    void aModelMustBeGoodEnough(double quality, double least, boolean passes) {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 8, 0, 0)
                .tiers(List.of(List.of(new ModelChoice(Bench.MODEL, quality))))
                .constraints(constraints(DataClass.PUBLIC, Placement.AUTO, -1, 0, least));
        if (passes) {
            assertInstanceOf(RoutePlan.class, bench.select(policy));
        } else {
            assertRefused("min-quality", Kind.UNSATISFIABLE, bench.select(policy));
        }
    }

    @Test
    void whoOnlyJustFellSilentIsWaitedFor() {
        Bench bench = new Bench().worker(Site.Kind.EDGE, 1, 0, 0);
        bench.load().available[0] = false;
        assertEquals(new NoCandidate.NoLiveWorker(Bench.MODEL), bench.select(policy));
        bench.load().silent = true;
        assertEquals(new NoCandidate.AllBusy(Bench.MODEL), bench.select(policy));
    }

    @Test
    void aLaterTierIsAFallback() {
        ModelId small = new ModelId("small");
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 1, 0, 0)
                .worker(small, Site.Kind.EDGE, 8, Optional.of(Price.FREE))
                .tiers(List.of(List.of(ModelChoice.of(Bench.MODEL)), List.of(ModelChoice.of(small))));
        RoutePlan plan = assertInstanceOf(RoutePlan.class, bench.select(policy));
        assertEquals(
                List.of(Bench.MODEL, small),
                plan.attempts().stream().map(each -> each.model().id()).toList());
        assertEquals("least-outstanding", plan.reason());
        bench.load().inFlight[0] = 1;
        RoutePlan fallback = assertInstanceOf(RoutePlan.class, bench.select(policy));
        assertEquals(1, fallback.attempts().size());
        assertEquals("fallback: small", fallback.reason());
        bench.load().inFlight[1] = 8;
        assertEquals(new NoCandidate.AllBusy(Bench.MODEL), bench.select(policy));
    }

    @Test
    void ofSeveralRefusalsTheOneThatMayEndSoonestIsTold() {
        ModelId dear = new ModelId("dear");
        Bench bench = new Bench()
                .worker(dear, Site.Kind.EDGE, 1, Optional.of(new Price(100, 100)))
                .worker(Site.Kind.EDGE, 1, 0, 0)
                .demand(1000, 100)
                .tiers(List.of(List.of(ModelChoice.of(dear)), List.of(ModelChoice.of(Bench.MODEL))))
                .constraints(constraints(DataClass.PUBLIC, Placement.AUTO, 0.001, 0, -1));
        bench.load().inFlight[1] = 1;
        assertEquals(new NoCandidate.AllBusy(dear), bench.select(policy));
        bench.load().available[1] = false;
        assertEquals(new NoCandidate.NoLiveWorker(dear), bench.select(policy));
        assertTrue(new Bench().select(policy) instanceof NoCandidate.UnknownModel);
    }
}
