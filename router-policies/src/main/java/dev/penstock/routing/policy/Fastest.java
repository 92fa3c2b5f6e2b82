package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.NearBestPicker;
import dev.penstock.routing.policy.score.TermScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code fastest}: whoever is expected to give the last token soonest, whatever it costs
 * ({@link dev.penstock.routing.policy.score.Prediction#seconds}), drawn among near-equals ({@link NearBestPicker}, whose
 * options it has).
 */
public final class Fastest implements PolicyFactory {
    @Override
    public String name() {
        return "fastest";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(NearBestPicker.OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(new Weighted("seconds", TermScorer.seconds(), 1)),
                NearBestPicker.inSeconds(options),
                options);
    }
}
