package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.LeastPicker;
import dev.penstock.routing.policy.score.LeastWorkScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code least-work}: whoever has the least work before it, in seconds ({@link LeastWorkScorer}, whose options it has).
 * Source: SMG's {@code least_load}.
 */
public final class LeastWork implements PolicyFactory {
    @Override
    public String name() {
        return "least-work";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(LeastWorkScorer.OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("least-work", new LeastWorkScorer(options), 1)),
                new LeastPicker(),
                options);
    }
}
