package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import java.util.Optional;

/** Port: told of decisions as they are made, and of those it asks for how they ended. */
@FunctionalInterface
public interface DecisionWatch {
    /** Looks away. */
    DecisionWatch NONE = decision -> Optional.empty();

    /**
     * A plan was made and the place at its first worker taken. Called under a lock that all decisions share: whatever takes
     * time is done elsewhere.
     *
     * @return who is to be told how the request ended; empty where nobody cares
     */
    Optional<Settlement> decided(Decision decision);

    /**
     * A decision with all it was made of.
     *
     * @param request whose
     * @param policy what decided
     * @param seed of the context's random source, before anything was drawn
     * @param context of the request
     * @param directory as it was
     * @param load live: what is to be kept of it is read now
     * @param plan what was decided
     */
    record Decision(
            InferenceRequest request,
            NamedPolicy policy,
            long seed,
            RoutingContext context,
            Directory directory,
            LoadView load,
            RoutePlan plan) {}
}
