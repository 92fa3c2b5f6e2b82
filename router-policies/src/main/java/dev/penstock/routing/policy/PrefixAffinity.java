package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.RendezvousPicker;
import dev.penstock.routing.policy.score.OutstandingScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code prefix-affinity}: prompts that begin alike go to the same worker while its load is within bounds
 * ({@link RendezvousPicker}, whose options it has); others by the fewest outstanding.
 */
public final class PrefixAffinity implements PolicyFactory {
    @Override
    public String name() {
        return "prefix-affinity";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(RendezvousPicker.PREFIX_OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("outstanding", new OutstandingScorer(), 1)),
                RendezvousPicker.byPrefix(options),
                options);
    }
}
