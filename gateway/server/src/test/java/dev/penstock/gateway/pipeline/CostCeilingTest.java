package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Permit;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostCeilingTest {
    private static final ModelId MODEL = new ModelId("m");

    private static RoutingContext context(double ceiling, long maxTokens) {
        Constraints constraints = new Constraints(
                Constraints.NONE.dataClass(),
                Constraints.NONE.placement(),
                Optional.empty(),
                ceiling < 0 ? OptionalDouble.empty() : OptionalDouble.of(ceiling),
                Optional.empty(),
                OptionalDouble.empty());
        return new RoutingContext(
                Operation.CHAT,
                List.of(List.of(ModelChoice.of(MODEL))),
                Set.of(Capability.CHAT),
                1,
                new Demand(1_000, 5, 10, maxTokens),
                constraints,
                Worth.DEFAULT,
                Affinity.NONE,
                3,
                0,
                new Random(1));
    }

    private static RoutePlan.Attempt attempt(Optional<Price> price) {
        ServedModel model = new ServedModel(MODEL, "", 0, 0, "", Set.of(Capability.CHAT), price);
        Worker worker = new Worker(
                new WorkerId("w"), 0, URI.create("http://127.0.0.1:1"), Accelerator.GPU, Site.LOCAL, 1, List.of(model));
        return new RoutePlan.Attempt(
                worker,
                model,
                RoutePlan.Start.AFTER_FAILURE,
                RoutePlan.Transform.NONE,
                Permit.of(Constraints.NONE, worker).orElseThrow(),
                RoutePlan.Estimate.UNKNOWN);
    }

    private static Charge charge(OptionalDouble usd) {
        return new Charge(new WorkerId("w"), MODEL, new TokenUsage(1, 1, 0, false), usd);
    }

    /** A million of either kind costs a dollar: the attempt, of 1,000 tokens and at most 100, 0.0011. */
    @ParameterizedTest
    @CsvSource({
        "-1, 100, 5, true",
        "0.0011, 100, 0, true",
        "0.0010, 100, 0, false",
        "0.0031, 100, 0.002, true",
        "0.0030, 100, 0.002, false",
    })
    void whatWasSpentCounts(double ceiling, long maxTokens, double spent, boolean allowed) {
        List<Charge> charged = spent == 0 ? List.of() : List.of(charge(OptionalDouble.of(spent)));
        RoutePlan.Attempt attempt = attempt(Optional.of(new Price(1, 1)));
        assertEquals(allowed, CostCeiling.allows(context(ceiling, maxTokens), attempt, charged));
    }

    @Test
    void whatIsNotKnownDoesNotFit() {
        RoutePlan.Attempt known = attempt(Optional.of(new Price(1, 1)));
        assertEquals(false, CostCeiling.allows(context(1, 100), attempt(Optional.empty()), List.of()));
        assertEquals(false, CostCeiling.allows(context(1, 100), known, List.of(charge(OptionalDouble.empty()))));
        assertEquals(false, CostCeiling.allows(context(1, Demand.UNBOUNDED), known, List.of()));
        assertEquals(
                true,
                CostCeiling.allows(context(1, Demand.UNBOUNDED), attempt(Optional.of(new Price(1, 0))), List.of()));
    }
}
