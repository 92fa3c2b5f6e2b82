package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Site;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SitePreferenceTest {
    private final RoutingPolicy policy = Policies.named(
            "balanced", new Options(Map.of("spill-seconds", "2", "resume-seconds", "1", "explore", "0")), List.of());

    /** Prefill at 1 ms a token. */
    private static Bench bench(Placement placement) {
        Bench bench = new Bench()
                .worker(Site.Kind.EDGE, 4, 0, 0)
                .worker(Site.Kind.CLOUD, 4, 10, 10)
                .demand(100, 10)
                .constraints(new Constraints(
                        DataClass.PUBLIC,
                        placement,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        Optional.empty(),
                        OptionalDouble.empty()));
        bench.load().forecasts[0] = Bench.forecast(0.03, 1e-3, 0.01, 1);
        bench.load().forecasts[1] = Bench.forecast(0.03, 1e-5, 0.001, 1);
        return bench;
    }

    private String planned(Bench bench) {
        RoutePlan plan = assertInstanceOf(RoutePlan.class, bench.select(policy));
        return String.join(
                        " ",
                        plan.attempts().stream()
                                .map(each -> each.worker().site().name())
                                .toList())
                + " (" + plan.reason() + ")";
    }

    @Test
    void theEdgeSpillsWhenItIsSlowAndResumesWhenItIsQuickAgain() {
        Bench bench = bench(Placement.EDGE_FIRST);
        assertEquals("plant cloud (edge)", planned(bench));
        bench.load().pendingPrompts[0] = 1900;
        assertEquals("plant cloud (edge)", planned(bench));
        bench.load().pendingPrompts[0] = 3210;
        assertEquals("cloud plant (spilled: edge wait 3.2 s)", planned(bench));
        bench.load().pendingPrompts[0] = 1500;
        assertEquals("cloud plant (spilled: edge wait 1.5 s)", planned(bench));
        bench.load().pendingPrompts[0] = 900;
        assertEquals("plant cloud (edge)", planned(bench));
        bench.load().pendingPrompts[0] = 1500;
        assertEquals("plant cloud (edge)", planned(bench));
    }

    @Test
    void theEdgeSpillsWhenItIsFullOrDown() {
        Bench bench = bench(Placement.EDGE_FIRST);
        bench.load().inFlight[0] = 4;
        assertEquals("cloud (spilled: edge full)", planned(bench));
        bench.load().inFlight[0] = 0;
        bench.load().available[0] = false;
        assertEquals("cloud (spilled: edge down)", planned(bench));
    }

    @Test
    void withTheCloudGoneTheEdgeServesOnAndSaysSo() {
        Bench bench = bench(Placement.EDGE_FIRST);
        bench.load().pendingPrompts[0] = 5000;
        bench.load().available[1] = false;
        assertEquals("plant (degraded: cloud down)", planned(bench));
        bench.load().available[1] = true;
        bench.load().inFlight[1] = 4;
        assertEquals("plant (degraded: cloud full)", planned(bench));
    }

    @Test
    void theCloudComesFirstWhileItIsThere() {
        Bench bench = bench(Placement.CLOUD_FIRST);
        assertEquals("cloud plant (cloud)", planned(bench));
        bench.load().inFlight[1] = 4;
        assertEquals("plant (degraded: cloud full)", planned(bench));
        bench.load().available[1] = false;
        assertEquals("plant (degraded: cloud down)", planned(bench));
    }

    @Test
    void whoPrefersNobodyGetsTheBest() {
        assertEquals("plant cloud (balanced)", planned(bench(Placement.AUTO)));
    }
}
