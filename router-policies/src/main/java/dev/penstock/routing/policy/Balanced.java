package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.NearBestPicker;
import dev.penstock.routing.policy.score.Objective;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code balanced}, the default: where {@code dollars + worth of a second x seconds + worth of quality x shortfall} is about
 * the least ({@link Objective}), drawn among near-equals ({@link NearBestPicker}). It has the options of both.
 */
public final class Balanced implements PolicyFactory {
    private static final List<String> OPTIONS = Stream.of(NearBestPicker.OPTIONS, Objective.OPTIONS)
            .flatMap(List::stream)
            .toList();

    @Override
    public String name() {
        return Policies.DEFAULT;
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("objective", new Objective(options), 1)),
                NearBestPicker.inDollars(options),
                options);
    }
}
