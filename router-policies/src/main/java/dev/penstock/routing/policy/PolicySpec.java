package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.Policies.Component;
import dev.penstock.routing.spi.Options;
import java.util.List;
import java.util.Optional;

/**
 * Which policy, before it is made.
 *
 * @param name of one that there is, or what a composition is called
 * @param options of the policy
 * @param composition what it is put together of; empty for one that there is
 */
public record PolicySpec(String name, Options options, Optional<Composition> composition) {
    /**
     * What a policy of the operator's own is put together of, beside the hard filters.
     *
     * @param filters after the hard filters and before room
     * @param scorers their costs are added up by weight
     * @param picker who chooses among the costs
     */
    public record Composition(List<Component> filters, List<Component> scorers, Component picker) {
        public Composition {
            filters = List.copyOf(filters);
            scorers = List.copyOf(scorers);
        }
    }

    /** One that there is, with its defaults. */
    public static PolicySpec of(String name) {
        return new PolicySpec(name, Options.NONE, Optional.empty());
    }

    /**
     * Makes it, a new one.
     *
     * @throws IllegalArgumentException for names there are not, or options they do not have or cannot take
     */
    public RoutingPolicy create() {
        return composition
                .map(parts -> Policies.compose(name, parts.filters(), parts.scorers(), parts.picker(), options))
                .orElseGet(() -> Policies.named(name, options, List.of()));
    }
}
