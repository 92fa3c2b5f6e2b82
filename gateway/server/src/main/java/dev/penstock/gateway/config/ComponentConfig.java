package dev.penstock.gateway.config;

import dev.penstock.routing.policy.Policies.Component;
import dev.penstock.routing.spi.Options;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.util.Map;

/** A filter or a picker of a composition. */
@Doc("A filter or a picker of a composition.")
public record ComponentConfig(
        @Doc("Its name: one of ours, or of a jar in `plugins/`.") @Example("near-best")
        String name,

        @Doc("Its options, by name.") Map<String, String> options) {
    public ComponentConfig {
        options = Map.copyOf(options);
    }

    Component component() {
        return new Component(name, new Options(options), 1);
    }
}
