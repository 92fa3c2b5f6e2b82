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
 * {@code session-affinity}: a conversation stays with its worker while its load is within bounds ({@link RendezvousPicker},
 * whose options it has); a request of no session goes by the fewest outstanding.
 */
public final class SessionAffinity implements PolicyFactory {
    @Override
    public String name() {
        return "session-affinity";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(RendezvousPicker.SESSION_OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("outstanding", new OutstandingScorer(), 1)),
                RendezvousPicker.bySession(options),
                options);
    }
}
