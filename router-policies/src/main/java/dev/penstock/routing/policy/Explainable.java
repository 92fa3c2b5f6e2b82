package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.spi.Scorer;
import java.util.List;

/** A policy that can say why. */
public interface Explainable extends RoutingPolicy {
    /**
     * Makes the decision as {@link #select} does, and tells all that it was made by. What state the policy has moves on as it
     * does for a request. With a context captured before, its random source set to the same seed, it tells what was decided
     * then.
     */
    Explanation explain(RoutingContext context, Directory directory, LoadView load);

    /** As any policy explains it; one that does not say why tells what it decided and no candidates. */
    static Explanation of(RoutingPolicy policy, RoutingContext context, Directory directory, LoadView load) {
        return policy instanceof Explainable told
                ? told.explain(context, directory, load)
                : new Explanation(
                        policy.getClass().getSimpleName(),
                        Scorer.Unit.RATIO,
                        context.worth().dollarsPerSecond(),
                        List.of(),
                        policy.select(context, directory, load));
    }
}
