package dev.penstock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.engine.EngineLoad;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.WorkerConfig;
import dev.penstock.worker.http.FakeEmbeddingModel;
import dev.penstock.worker.http.FakeLanguageModel;
import dev.penstock.worker.http.HostedModel;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DescriptionsTest {
    private static int capacity(String more, HostedModel... hosted) {
        WorkerConfig config = ConfigLoader.system()
                .parse("test", "models: [{path: a}]" + more, Path.of(""), WorkerConfig.class)
                .orThrow();
        return Descriptions.of(config, URI.create("http://127.0.0.1:1"), List.of(hosted))
                .capacity();
    }

    private static HostedModel language(String name, int places) {
        return new HostedModel.Language(name, 0, new FakeLanguageModel(new EngineLoad(0, places, 0, 4, 0, 1024)));
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
