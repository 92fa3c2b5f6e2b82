package dev.penstock.routing;

import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A request, as far as routing it needs to know.
 *
 * @param operation what is asked
 * @param model of which model
 * @param required what the worker must be able to do, the operation's own capability included
 * @param places how many places it takes at a worker: one for each text it asks for, at least 1
 * @param maxAttempts the most attempts a plan may hold, at least 1
 * @param random where a policy draws from: seeded in tests
 */
public record RoutingContext(
        Operation operation,
        ModelId model,
        Set<Capability> required,
        int places,
        int maxAttempts,
        RandomGenerator random) {
    public RoutingContext {
        if (places < 1) {
            throw new IllegalArgumentException("places: " + places + " (expected: >= 1)");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: >= 1)");
        }
        required = Set.copyOf(required);
    }
}
