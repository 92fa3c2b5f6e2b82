package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.pick.RoundRobinPicker;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/** {@code round-robin}: one after another, in the order of the workers' ids, whatever they have to do. No options. */
public final class RoundRobin implements PolicyFactory {
    @Override
    public String name() {
        return "round-robin";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options());
        return new ComposedPolicy(name(), filters, List.of(), new RoundRobinPicker(), options);
    }
}
