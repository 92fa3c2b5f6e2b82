package dev.penstock.routing;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A request, as far as routing it needs to know.
 *
 * @param operation what is asked
 * @param tiers the models that would do, at least one tier of at least one model: within a tier the best worker of any of
 *     them is taken; a later tier is a fallback, used where nobody of an earlier one can run the request
 * @param required what the worker must be able to do, the operation's own capability included
 * @param places how many places it takes at a worker: one for each text it asks for, at least 1
 * @param demand how many tokens it asks for
 * @param constraints what must hold of whoever runs it
 * @param worth what its time and its quality are worth
 * @param affinity where its like has been
 * @param maxAttempts the most attempts a plan may hold, at least 1
 * @param nowNanos the moment of the decision, on the clock that signals are stamped by
 * @param waitedNanos since the request came in, at least 0: so much of its deadline is gone
 * @param random where a policy draws from: seeded in tests
 */
public record RoutingContext(
        Operation operation,
        List<List<ModelChoice>> tiers,
        Set<Capability> required,
        int places,
        Demand demand,
        Constraints constraints,
        Worth worth,
        Affinity affinity,
        int maxAttempts,
        long nowNanos,
        long waitedNanos,
        RandomGenerator random) {
    public RoutingContext {
        if (waitedNanos < 0) {
            throw new IllegalArgumentException("waitedNanos: " + waitedNanos + " (expected: >= 0)");
        }
        if (places < 1) {
            throw new IllegalArgumentException("places: " + places + " (expected: >= 1)");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: >= 1)");
        }
        if (tiers.isEmpty() || tiers.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("tiers: " + tiers + " (expected: at least one, none of them empty)");
        }
        tiers = List.copyOf(tiers);
        required = Set.copyOf(required);
    }

    /** A request that has just come in. */
    public RoutingContext(
            Operation operation,
            List<List<ModelChoice>> tiers,
            Set<Capability> required,
            int places,
            Demand demand,
            Constraints constraints,
            Worth worth,
            Affinity affinity,
            int maxAttempts,
            long nowNanos,
            RandomGenerator random) {
        this(
                operation,
                tiers,
                required,
                places,
                demand,
                constraints,
                worth,
                affinity,
                maxAttempts,
                nowNanos,
                0,
                random);
    }

    /** A request for one model, of which no more is known. */
    public RoutingContext(
            Operation operation,
            ModelId model,
            Set<Capability> required,
            int places,
            int maxAttempts,
            RandomGenerator random) {
        this(
                operation,
                List.of(List.of(ModelChoice.of(model))),
                required,
                places,
                Demand.UNKNOWN,
                Constraints.NONE,
                Worth.DEFAULT,
                Affinity.NONE,
                maxAttempts,
                0,
                random);
    }

    /** The same request, for which these models would do. */
    public RoutingContext withTiers(List<List<ModelChoice>> others) {
        return with(others, required, waitedNanos);
    }

    /** The same request, of whose workers this is required. */
    public RoutingContext withRequired(Set<Capability> others) {
        return with(tiers, others, waitedNanos);
    }

    /** The same request, so long after it came in. */
    public RoutingContext withWaited(long nanos) {
        return with(tiers, required, nanos);
    }

    private RoutingContext with(List<List<ModelChoice>> otherTiers, Set<Capability> otherRequired, long waited) {
        return new RoutingContext(
                operation,
                otherTiers,
                otherRequired,
                places,
                demand,
                constraints,
                worth,
                affinity,
                maxAttempts,
                nowNanos,
                waited,
                random);
    }

    /** The first choice of the first tier: what an error names. */
    public ModelId model() {
        return tiers.getFirst().getFirst().model();
    }
}
