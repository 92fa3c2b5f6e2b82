package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.LeastPicker;
import dev.penstock.routing.policy.score.CacheUseScorer;
import dev.penstock.routing.policy.score.PrefixMissScorer;
import dev.penstock.routing.policy.score.QueueScorer;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code llm-d}: the default profile of llm-d's router, for comparison: the highest {@code 2 x (1 - queue) + 2 x (1 - cache
 * use) + 3 x prefix match}, of equals one at random. The queue is normalised between the shortest and the longest, so that it
 * says who is longer and not by how much.
 *
 * <p>Options: {@code queue-weight} (2), {@code cache-use-weight} (2), {@code prefix-weight} (3), each from 0 to 1000.
 *
 * <p>Source: Gateway API Inference Extension, {@code queue-scorer}, {@code kv-cache-utilization-scorer},
 * {@code prefix-cache-scorer} and {@code max-score-picker}; the weights are those of its chart's default profile.
 */
public final class LlmD implements PolicyFactory {
    private static final List<String> OPTIONS = List.of("queue-weight", "cache-use-weight", "prefix-weight");
    private static final double MOST = 1000;

    @Override
    public String name() {
        return "llm-d";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(OPTIONS));
        return new ComposedPolicy(
                name(),
                filters,
                List.of(
                        new Weighted("queue", new QueueScorer(), options.number("queue-weight", 2, 0, MOST)),
                        new Weighted("cache-use", new CacheUseScorer(), options.number("cache-use-weight", 2, 0, MOST)),
                        new Weighted(
                                "prefix-miss", new PrefixMissScorer(), options.number("prefix-weight", 3, 0, MOST))),
                new LeastPicker(),
                options);
    }
}
