package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.PrequalPicker;
import dev.penstock.routing.policy.score.TermScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code prequal}: of a few drawn at random, the one of those with not too many requests in flight that is expected to answer
 * soonest ({@link PrequalPicker}, whose options it has). Source: arXiv 2312.10172.
 */
public final class Prequal implements PolicyFactory {
    @Override
    public String name() {
        return "prequal";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(PrequalPicker.OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("seconds", TermScorer.seconds(), 1)),
                new PrequalPicker(options),
                options);
    }
}
