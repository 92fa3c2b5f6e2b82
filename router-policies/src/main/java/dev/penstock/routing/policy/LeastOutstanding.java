package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.LeastPicker;
import dev.penstock.routing.policy.score.OutstandingScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code least-outstanding}: of all, the one with the fewest requests for its capacity, {@code (outstanding + 1) / capacity};
 * of equals, one at random. The least-connections of nginx, HAProxy and others. No options.
 */
public final class LeastOutstanding implements PolicyFactory {
    @Override
    public String name() {
        return "least-outstanding";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options());
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("outstanding", new OutstandingScorer(), 1)),
                new LeastPicker(),
                options);
    }
}
