package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.Quality;
import dev.penstock.routing.model.VirtualModel;
import dev.penstock.routing.model.VirtualModels;
import dev.penstock.routing.price.PriceTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes of the sections about models what routing works with, and refuses what does not hold together. */
final class VirtualModelTables {
    private VirtualModelTables() {}

    /** Refuses what {@link #virtualModels} would. */
    static void check(
            List<VirtualModelConfig> models,
            List<QualityConfig> qualities,
            List<UpstreamConfig> upstreams,
            boolean clustered) {
        Names.requireDistinct(
                "models", "name", models.stream().map(VirtualModelConfig::name).toList());
        Names.requireDistinct(
                "qualities",
                "model",
                qualities.stream().map(QualityConfig::model).toList());
        Set<String> served = served(upstreams);
        for (VirtualModelConfig model : models) {
            if (served.contains(model.name())) {
                throw new IllegalArgumentException("models: \"" + model.name()
                        + "\" is the name of a model that an upstream serves (expected: another name)");
            }
        }
        var unused = virtualModels(models, qualities, upstreams, clustered);
    }

    /** What workers of a cluster or another Penstock serve is not known beforehand: any name may then be a model of the pool. */
    static VirtualModels virtualModels(
            List<VirtualModelConfig> models,
            List<QualityConfig> qualities,
            List<UpstreamConfig> upstreams,
            boolean clustered) {
        Set<String> served = served(upstreams);
        boolean open = clustered || upstreams.stream().anyMatch(upstream -> upstream.kind() == UpstreamKind.PENSTOCK);
        Map<ModelId, VirtualModel> virtual = new HashMap<>();
        models.forEach(model -> virtual.put(new ModelId(model.name()), model.virtual()));
        Map<ModelId, Quality> known = new HashMap<>();
        qualities.forEach(quality -> known.put(new ModelId(quality.model()), quality.known()));
        try {
            return VirtualModels.of(virtual, known, name -> open || served.contains(name.value()));
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("models: " + refused.getMessage(), refused);
        }
    }

    private static Set<String> served(List<UpstreamConfig> upstreams) {
        return upstreams.stream()
                .flatMap(upstream -> upstream.models().stream())
                .map(UpstreamModelConfig::name)
                .collect(Collectors.toSet());
    }

    static PriceTable prices(List<DatedPriceConfig> prices) {
        return new PriceTable(prices.stream().map(DatedPriceConfig::entry).toList());
    }
}
