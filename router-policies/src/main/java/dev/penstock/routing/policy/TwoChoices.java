package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.filter.HardFilters;
import dev.penstock.routing.policy.pick.TwoChoicesPicker;
import dev.penstock.routing.policy.score.OutstandingScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code two-choices}: of two workers drawn at random, the one with fewer outstanding requests for its capacity,
 * {@code (outstanding + 1) / capacity} ({@link OutstandingScorer}, {@link TwoChoicesPicker}). No options.
 */
public final class TwoChoices implements RoutingPolicy {
    private final RoutingPolicy composed = composed(HardFilters.with(List.of()), Options.NONE);

    /** Registers it. */
    public static final class Factory implements PolicyFactory {
        @Override
        public String name() {
            return "two-choices";
        }

        @Override
        public RoutingPolicy create(List<Filter> filters, Options options) {
            options.allow(ComposedPolicy.options());
            return composed(filters, options);
        }
    }

    private static RoutingPolicy composed(List<Filter> filters, Options options) {
        return new ComposedPolicy(
                "two-choices",
                filters,
                List.of(new Weighted("outstanding", new OutstandingScorer(), 1)),
                new TwoChoicesPicker(),
                options);
    }

    @Override
    public RoutingDecision select(RoutingContext context, Directory directory, LoadView load) {
        return composed.select(context, directory, load);
    }
}
