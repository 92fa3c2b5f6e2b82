package dev.penstock.jmh;

import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who gets a request, over a pool of which everything is known: loads, prices, forecasts, caches. */
@State(Scope.Thread)
public class PolicyBenchmark {
    private static final int MAX_ATTEMPTS = 3;
    private static final int BLOCKS = 8;
    private static final long SEED = 20261128;

    /** Which policy. */
    @Param({"balanced"})
    public String policy = "balanced";

    /** How many workers serve the model. */
    @Param({"2", "32", "1000"})
    public int workers = 2;

    private RoutingPolicy named = Policies.named(Policies.DEFAULT, Options.NONE, List.of());
    private Fleet fleet = Pool.of(0);
    private LoadView load = fleet.load();
    private RoutingContext context = context();

    /** Makes the pool. */
    @Setup
    public void prepare() {
        named = Policies.named(policy, Options.NONE, List.of());
        fleet = Pool.loaded(workers, new Random(SEED));
        load = new LearnedLoad(fleet.load(), fleet.directory(), new Random(SEED));
        context = context();
    }

    private static RoutingContext context() {
        return new RoutingContext(
                Operation.CHAT,
                List.of(List.of(new ModelChoice(Pool.MODEL, 0.7))),
                Set.of(Capability.CHAT),
                1,
                new Demand(700, 150, 400, 1024),
                Constraints.NONE,
                Worth.DEFAULT,
                new Affinity(1, new Random(SEED).longs(BLOCKS).toArray(), 64),
                MAX_ATTEMPTS,
                1_000_000_000L,
                new SplittableRandom(SEED));
    }

    /** Some places are taken. */
    @Benchmark
    public RoutingDecision plan() {
        return named.select(context, fleet.directory(), load);
    }
}
