package dev.penstock.jmh;

import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.TwoChoices;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who gets a request, over the load board of a real pool. */
@State(Scope.Thread)
public class PlanBenchmark {
    private static final int MAX_ATTEMPTS = 3;
    private static final long SEED = 20261120;

    /** How many workers serve the model. */
    @Param({"2", "8", "64", "512"})
    public int workers = 2;

    private final RoutingPolicy policy = new TwoChoices();
    private final RandomGenerator random = new SplittableRandom(SEED);
    private final Set<Capability> required = Set.copyOf(EnumSet.of(Capability.CHAT));
    private Fleet loaded = Pool.of(0);
    private Fleet full = loaded;

    /** Makes the pools. */
    @Setup
    public void prepare() {
        loaded = Pool.loaded(workers, new Random(SEED));
        full = Pool.full(workers);
    }

    /** Some places are taken. */
    @Benchmark
    public RoutingDecision select() {
        return select(loaded);
    }

    /** All are: what each request that waits costs each time it is planned again. */
    @Benchmark
    public RoutingDecision selectAmongFull() {
        return select(full);
    }

    private RoutingDecision select(Fleet fleet) {
        RoutingContext context = new RoutingContext(Operation.CHAT, Pool.MODEL, required, 1, MAX_ATTEMPTS, random);
        return policy.select(context, fleet.directory(), fleet.load());
    }
}
