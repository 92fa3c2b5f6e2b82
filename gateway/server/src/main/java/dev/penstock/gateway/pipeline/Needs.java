package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Placement;
import java.util.Optional;
import java.util.Set;

/**
 * What decides who of those that wait for a model a request waits behind. Of numbers only whether there is one: a private
 * request that waits for the edge must not keep others from a cloud, but two with a ceiling of their own wait in turn.
 */
record Needs(
        Set<Capability> required,
        DataClass dataClass,
        Placement placement,
        Optional<Set<String>> regions,
        boolean priced,
        boolean timed,
        boolean graded,
        boolean relayed) {
    static Needs of(InferenceRequest request) {
        Constraints constraints = request.constraints();
        return new Needs(
                request.required(),
                constraints.dataClass(),
                constraints.placement(),
                constraints.regions(),
                constraints.maxCostUsd().isPresent(),
                constraints.deadline().isPresent(),
                constraints.minQuality().isPresent(),
                request.hops().relayed());
    }
}
