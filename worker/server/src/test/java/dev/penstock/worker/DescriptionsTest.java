package dev.penstock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.PromptTokens;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedRates;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.SidecarConfig;
import dev.penstock.worker.config.WorkerConfig;
import dev.penstock.worker.http.FakeEmbeddingModel;
import dev.penstock.worker.http.FakeLanguageModel;
import dev.penstock.worker.http.HostedModel;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DescriptionsTest {
    private static int capacity(String more, HostedModel... hosted) {
        WorkerConfig config = ConfigLoader.system()
                .parse("test", "models: [{path: a}]" + more, Path.of(""), WorkerConfig.class)
                .orThrow();
        return Descriptions.of(config, URI.create("http://127.0.0.1:1"), List.of(hosted))
                .capacity();
    }

    @Test
    void ratesAreToldAsConfigured() {
        WorkerConfig config = ConfigLoader.system()
                .parse(
                        "test",
                        "models: [{path: a, rates: {decode-tokens-per-second: 80, first-token: 40ms}}, {path: b}]",
                        Path.of(""),
                        WorkerConfig.class)
                .orThrow();
        List<AnnouncedModel> told = Descriptions.of(
                        config, URI.create("http://127.0.0.1:1"), List.of(language("a", 4), language("b", 4)))
                .models();
        assertEquals(
                Optional.of(new AnnouncedRates(0.04, 0, 80, 0, 0)),
                told.getFirst().rates());
        assertEquals(Optional.empty(), told.getLast().rates());
    }

    @Test
    void aSidecarsRatesAreToldToo() {
        SidecarConfig config = ConfigLoader.system()
                .parse("test", """
                        sidecar:
                          url: http://127.0.0.1:11434
                          models: [{name: a, rates: {load: 20s, cold-after: 5m}}]
                        """, Path.of(""), WorkerConfig.class)
                .orThrow()
                .sidecar()
                .orElseThrow();
        WorkerDescription told =
                Descriptions.of(URI.create("http://127.0.0.1:1"), config, new AnnouncedSite("local", "edge", ""));
        assertEquals(
                Optional.of(new AnnouncedRates(0, 0, 0, 20, 300)),
                told.models().getFirst().rates());
    }

    private static HostedModel language(String name, int places) {
        return new HostedModel.Language(
                name, 0, new FakeLanguageModel(new EngineLoad(0, places, 0, 4, 0, 1024, new PromptTokens(0, 0))));
    }

    private static HostedModel embedding(String name) {
        return new HostedModel.Embedding(name, 0, new FakeEmbeddingModel());
    }

    @Test
    void noLanguageModelIsSentMoreThanItRuns() {
        assertEquals(4, capacity("", language("a", 16), language("b", 4), embedding("c")));
    }

    @Test
    void embeddingModelsAloneTakeAllTheirPlaces() {
        assertEquals(16, capacity("", embedding("a"), embedding("b")));
    }

    @Test
    void whatTheConfigurationStatesHolds() {
        assertEquals(9, capacity("\ncapacity: 9", language("a", 16), language("b", 4)));
    }
}
