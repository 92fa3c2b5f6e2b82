package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.explain.Explaining;
import dev.penstock.routing.explain.Explanation;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Decides what would be done with a request now, as {@link Pipeline} would, and does nothing. */
public final class DryRun {
    private final RoutingContexts contexts;
    private final Supplier<NamedPolicy> policy;
    private final Fleet fleet;
    private final Supplier<PipelineSettings> settings;

    /** Over what the pipeline stands on. */
    public DryRun(
            RoutingContexts contexts, Supplier<NamedPolicy> policy, Fleet fleet, Supplier<PipelineSettings> settings) {
        this.contexts = contexts;
        this.policy = policy;
        this.fleet = fleet;
        this.settings = settings;
    }

    /**
     * Decides.
     *
     * @param decoded the request, as it came
     * @param nowNanos on the process's monotonic clock
     * @param seed of what the decision draws from
     */
    public Explanation explain(Principal principal, InferenceRequest decoded, long nowNanos, long seed) {
        PipelineSettings numbers = settings.get();
        InferenceRequest request = decoded.within(principal.constraints()).within(numbers.constraints());
        RoutingContext context =
                contexts.of(principal, request, numbers.maxAttempts(), nowNanos, new SplittableRandom(seed));
        NamedPolicy now = policy.get();
        return Explaining.of(now.spec(), now.policy(), seed, context, fleet.directory(), fleet.load());
    }
}
