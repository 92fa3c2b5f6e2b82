package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.pool.Learning;
import dev.penstock.loadtest.simulation.pool.NoLearning;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.TwoChoices;
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

    /**
     * Makes policies of that name, each with a state of its own.
     *
     * @throws IllegalArgumentException for a name or options there are not
     */
    static Supplier<RoutingPolicy> of(Scenario.PolicyChoice choice) {
        if (!choice.policy().equals("two-choices")) {
            throw new IllegalArgumentException("policy: " + choice.policy() + " (expected: two-choices)");
        }
        return TwoChoices::new;
    }

    static Supplier<Learning> learning() {
        return NoLearning::new;
    }
}
