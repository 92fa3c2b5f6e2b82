package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.pool.Learning;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** The policies there are, by name, and what they learn by. */
final class PolicySource {
    private PolicySource() {}

    /**
     * Finds whether there is such a policy.
     *
     * @throws IllegalArgumentException for a name or options there are not
     */
    static void check(Scenario.PolicyChoice choice) {
        Objects.requireNonNull(of(choice).get());
    }

    /** Makes policies of that name, each with a state of its own. */
    static Supplier<RoutingPolicy> of(Scenario.PolicyChoice choice) {
        return () -> Policies.named(choice.policy(), new Options(choice.options()), List.of());
    }

    static Supplier<Learning> learning() {
        return ProductLearning::new;
    }
}
