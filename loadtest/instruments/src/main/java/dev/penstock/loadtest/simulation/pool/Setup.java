package dev.penstock.loadtest.simulation.pool;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worth;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is simulated, but for the trace.
 *
 * @param members the workers, each at the place of its slot
 * @param gateways how many, at least 1; each request comes to one of them by chance
 * @param policy makes the policy of a gateway: each has its own
 * @param learning makes what a gateway learns by
 * @param models that would do for every request
 * @param worth of a request's time and quality
 * @param privateShare the share of requests that must stay at the edge
 * @param signals how gateways hear of workers
 * @param queueLength the most requests that wait at a gateway
 * @param queueNanos the longest that one waits there
 * @param disturbances what goes wrong
 * @param seed of whatever is drawn
 */
public record Setup(
        List<Member> members,
        int gateways,
        Supplier<RoutingPolicy> policy,
        Supplier<Learning> learning,
        List<ModelChoice> models,
        Worth worth,
        double privateShare,
        Signals signals,
        int queueLength,
        long queueNanos,
        List<Disturbance> disturbances,
        long seed) {
    public Setup {
        members = List.copyOf(members);
        models = List.copyOf(models);
        disturbances = List.copyOf(disturbances);
        for (int slot = 0; slot < members.size(); slot++) {
            if (members.get(slot).worker().slot() != slot) {
                throw new IllegalArgumentException("members: slot "
                        + members.get(slot).worker().slot() + " at " + slot + " (expected: each at its slot)");
            }
        }
    }
}
