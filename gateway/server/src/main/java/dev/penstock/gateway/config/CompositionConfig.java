package dev.penstock.gateway.config;

import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.runtime.config.Doc;
import java.util.List;

/** A policy of the operator's own composition. */
@Doc("""
        A policy put together of filters, scorers and a picker. The hard filters (capability, constraints, alive, room) are
        part of every policy and are not named here.""")
public record CompositionConfig(
        @Doc("Filters beside the hard ones, in their order.")
        List<ComponentConfig> filters,

        @Doc("Scorers, at least one: all ratios, or all seconds and dollars.")
        List<ScorerConfig> scorers,

        @Doc("Who chooses among the costs.") ComponentConfig picker) {
    public CompositionConfig {
        filters = List.copyOf(filters);
        scorers = List.copyOf(scorers);
        if (scorers.isEmpty()) {
            throw new IllegalArgumentException("scorers: none (expected: at least one)");
        }
    }

    PolicySpec.Composition composition() {
        return new PolicySpec.Composition(
                filters.stream().map(ComponentConfig::component).toList(),
                scorers.stream().map(ScorerConfig::component).toList(),
                picker.component());
    }
}
