package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.TwoChoicesPicker;
import dev.penstock.routing.policy.score.PeakEwmaScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code peak-ewma}: of two drawn at random, the one with the lower {@code peak x (outstanding + 1)}, as Finagle and Linkerd
 * have it ({@link PeakEwmaScorer}). No options.
 */
public final class PeakEwma implements PolicyFactory {
    @Override
    public String name() {
        return "peak-ewma";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options());
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("peak-ewma", new PeakEwmaScorer(), 1)),
                new TwoChoicesPicker(),
                options);
    }
}
