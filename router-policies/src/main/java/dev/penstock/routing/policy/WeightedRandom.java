package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.pick.WeightedPicker;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code weighted}: at random in proportion to capacity, or to the weights that options give to workers by their ids
 * ({@link WeightedPicker}).
 */
public final class WeightedRandom implements PolicyFactory {
    @Override
    public String name() {
        return "weighted";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        Map<String, String> weights = new TreeMap<>(options.values());
        List.of(ComposedPolicy.options()).forEach(weights::remove);
        return new ComposedPolicy(name(), filters, List.of(), new WeightedPicker(new Options(weights)), options);
    }
}
