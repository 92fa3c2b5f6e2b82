package dev.penstock.worker;

import dev.penstock.engine.Capability;
import dev.penstock.engine.ModelDescription;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedPrice;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.worker.config.DataClass;
import dev.penstock.worker.config.ModelConfig;
import dev.penstock.worker.config.PriceConfig;
import dev.penstock.worker.config.RatesConfig;
import dev.penstock.worker.config.SidecarConfig;
import dev.penstock.worker.config.SidecarModel;
import dev.penstock.worker.config.SiteConfig;
import dev.penstock.worker.config.WorkerConfig;
import dev.penstock.worker.http.HostedModel;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a worker says of itself. */
final class Descriptions {
    private Descriptions() {}

    /** A worker with models of its own. */
    static WorkerDescription of(WorkerConfig config, URI endpoint, List<HostedModel> hosted) {
        Map<String, ModelConfig> configs =
                config.models().stream().collect(Collectors.toMap(ModelConfig::servedName, model -> model));
        List<AnnouncedModel> models = hosted.stream()
                .map(model -> announced(model, Optional.ofNullable(configs.get(model.name()))))
                .toList();
        return new WorkerDescription(
                endpoint,
                models,
                config.accelerator().name().toLowerCase(Locale.ROOT),
                site(config.site()),
                config.capacity().orElseGet(() -> capacity(hosted)));
    }

    /**
     * How many requests the worker takes, whichever models they are for: the places of its smallest language model, since
     * all could be for that one, and one beyond its places and its short queue is a 503. Embedding models have long queues;
     * where there are no others, all their places count.
     */
    private static int capacity(List<HostedModel> hosted) {
        return hosted.stream()
                .filter(HostedModel.Language.class::isInstance)
                .mapToInt(model -> model.load().runningLimit())
                .min()
                .orElseGet(() -> Math.max(
                        1,
                        hosted.stream()
                                .mapToInt(model -> model.load().runningLimit())
                                .sum()));
    }

    /** A worker in front of another server: it speaks for that one. */
    static WorkerDescription of(URI endpoint, SidecarConfig sidecar, AnnouncedSite site) {
        return new WorkerDescription(
                endpoint,
                sidecar.models().stream().map(Descriptions::announced).toList(),
                sidecar.accelerator().name().toLowerCase(Locale.ROOT),
                site,
                sidecar.capacity());
    }

    private static AnnouncedModel announced(HostedModel hosted, Optional<ModelConfig> config) {
        ModelDescription description = hosted.description();
        return new AnnouncedModel(
                hosted.name(),
                description.revision(),
                description.parameterCount(),
                description.contextLength(),
                description.tokenizerId(),
                capabilities(description),
                price(config.flatMap(ModelConfig::price)),
                config.flatMap(ModelConfig::rates).map(RatesConfig::announced));
    }

    private static AnnouncedModel announced(SidecarModel model) {
        return new AnnouncedModel(
                model.name(),
                model.revision(),
                model.parameters(),
                model.contextTokens(),
                model.tokenizer(),
                new TreeSet<>(model.capabilities()),
                price(model.price()),
                model.rates().map(RatesConfig::announced));
    }

    private static SortedSet<String> capabilities(ModelDescription description) {
        SortedSet<String> names = new TreeSet<>();
        for (Capability capability : description.capabilities()) {
            names.addAll(names(capability));
        }
        return names;
    }

    /** The pool's names; those that it has no name for are told under the engine's, for later readers. */
    private static List<String> names(Capability capability) {
        return switch (capability) {
            case EMBEDDING_DIMENSIONS -> List.of("dimensions");
            case STRUCTURED_OUTPUT -> List.of("json-object", "json-schema");
            case INFILL -> List.of("suffix");
            case IMAGE_INPUT -> List.of("vision");
            case AUDIO_INPUT, AUDIO_OUTPUT -> List.of("audio");
            default -> List.of(capability.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        };
    }

    private static Optional<AnnouncedPrice> price(Optional<PriceConfig> price) {
        return price.map(of -> new AnnouncedPrice(
                of.inputPerMillion(),
                of.cachedInputPerMillion().orElse(of.inputPerMillion()),
                of.outputPerMillion(),
                of.perHour()));
    }

    private static AnnouncedSite site(SiteConfig site) {
        return new AnnouncedSite(
                site.name(),
                site.kind().name().toLowerCase(Locale.ROOT),
                site.region(),
                site.clearance().map(DataClass::wireName).orElse(""));
    }
}
