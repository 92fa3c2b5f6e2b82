package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.LeastPicker;
import dev.penstock.routing.policy.score.Objective;
import dev.penstock.routing.policy.score.PriceScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code cheapest}: of all that may and can, the cheapest ({@link PriceScorer}, whose options it has); of equally cheap ones,
 * the one expected to answer soonest. The greedy choice that a comparison of costs starts from.
 */
public final class Cheapest implements PolicyFactory {
    @Override
    public String name() {
        return "cheapest";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(Objective.OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("price", PriceScorer.thenSoonest(options), 1)),
                new LeastPicker(),
                options);
    }
}
