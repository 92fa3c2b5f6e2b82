package dev.penstock.gateway.pipeline;

import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.explain.Explaining;
import dev.penstock.routing.explain.Explanation;
import dev.penstock.routing.model.Resolution;
import io.vertx.core.Future;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Decides what would be done with a request now, as {@link Pipeline} would, and does nothing. */
public final class DryRun {
    private final ModelResolver models;
    private final RoutingContexts contexts;
    private final Supplier<NamedPolicy> policy;
    private final Fleet fleet;
    private final Supplier<PipelineSettings> settings;

    /** Over what the pipeline stands on. */
    public DryRun(
            ModelResolver models,
            RoutingContexts contexts,
            Supplier<NamedPolicy> policy,
            Fleet fleet,
            Supplier<PipelineSettings> settings) {
        this.models = models;
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
    public Future<Explanation> explain(Principal principal, InferenceRequest decoded, long nowNanos, long seed) {
        InferenceRequest request =
                decoded.within(principal.constraints()).within(settings.get().constraints());
        return models.resolve(principal, request)
                .map(resolution -> explained(principal, request, resolution, nowNanos, seed));
    }

    private Explanation explained(
            Principal principal, InferenceRequest request, Resolution resolution, long nowNanos, long seed) {
        RoutingContext context = contexts.of(
                        principal, request, settings.get().maxAttempts(), nowNanos, new SplittableRandom(seed))
                .withTiers(resolution.allTiers());
        NamedPolicy now = policy.get();
        RoutingPolicy deciding = now.deciding(request, resolution, settings.get());
        return Explaining.of(now.spec(), deciding, seed, context, fleet.directory(), fleet.load());
    }
}
