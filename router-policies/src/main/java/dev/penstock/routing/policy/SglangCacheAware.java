package dev.penstock.routing.policy;

import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.policy.ComposedPolicy.Weighted;
import dev.penstock.routing.policy.pick.SglangPicker;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.PolicyFactory;
import java.util.List;

/**
 * {@code sglang-cache-aware}: the rule of SGLang's router, for comparison ({@link SglangPicker}, whose options it has).
 */
public final class SglangCacheAware implements PolicyFactory {
    @Override
    public String name() {
        return "sglang-cache-aware";
    }

    @Override
    public RoutingPolicy create(List<Filter> filters, Options options) {
        options.allow(ComposedPolicy.options(SglangPicker.OPTIONS));
        return new ComposedPolicy(name(), filters, List.<Weighted>of(), new SglangPicker(options), options);
    }
}
