package dev.penstock.deploy;

import dev.penstock.gateway.config.ExamplesConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.models.EmbeddedExamples;
import dev.penstock.gateway.models.ExampleSimilarity;
import dev.penstock.gateway.models.LabelledRequest;
import dev.penstock.routing.model.DifficultyFit;
import dev.penstock.routing.model.RequestTraits;
import dev.penstock.runtime.config.ConfigLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Labelled requests, each compared with a gateway's examples where there are any. */
final class ComparedRequests {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ComparedRequests() {}

    /**
     * What a fit takes.
     *
     * @param config a gateway's configuration; without one, nothing is compared
     * @throws CommandFailedException where the configuration has no examples, or they cannot be put to use
     */
    static List<DifficultyFit.Example> of(List<LabelledRequest> requests, Optional<Path> config) {
        if (config.isEmpty()) {
            return requests.stream()
                    .map(request -> new DifficultyFit.Example(request.traits(), request.hard()))
                    .toList();
        }
        ExamplesConfig examples = ConfigFile.load(config, ConfigLoader.system(), GatewayConfig.class)
                .value()
                .difficulty()
                .examples()
                .orElseThrow(() -> CommandFailedException.usage(
                        config.get() + ": difficulty.examples: missing (expected: examples to compare with)"));
        try (ExampleSimilarity similarity =
                EmbeddedExamples.of(Optional.of(examples), ExampleSimilarity.NONE, new EmbeddingCounts())) {
            return compared(requests, (EmbeddedExamples) similarity);
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
    }

    /** One that is an example would find itself, which no request to come does. */
    private static List<DifficultyFit.Example> compared(List<LabelledRequest> requests, EmbeddedExamples examples) {
        List<DifficultyFit.Example> compared = new ArrayList<>();
        for (LabelledRequest request : requests) {
            RequestTraits traits = request.traits();
            if (!examples.has(traits.question())) {
                double nearer = examples.of(traits.question(), PATIENCE)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
                compared.add(new DifficultyFit.Example(traits.withExamples(nearer), request.hard()));
            }
        }
        return compared;
    }
}
