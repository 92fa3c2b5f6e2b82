package dev.penstock.gateway.config;

import dev.penstock.routing.policy.Policies.Component;
import dev.penstock.routing.spi.Options;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.Map;

/** A scorer of a composition. */
@Doc("A scorer of a composition: a term of what it costs to send a request to a worker.")
public record ScorerConfig(
        @Doc("Its name: one of ours, or of a jar in `plugins/`.") @Example("objective")
        String name,

        @Doc("What its costs are multiplied by before they are added up.")
        @Default("1")
        @Range(min = "0", max = "1000000")
        double weight,

        @Doc("Its options, by name.") Map<String, String> options) {
    public ScorerConfig {
        options = Map.copyOf(options);
    }

    Component component() {
        return new Component(name, new Options(options), weight);
    }
}
