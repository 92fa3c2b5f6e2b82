package dev.penstock.worker.http;

import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.language.LanguageModel;
import java.util.Optional;

/** A model that runs in this process, under the name that clients ask for. */
public sealed interface HostedModel extends AutoCloseable {
    /** What clients ask for. */
    String name();

    /** Since when it is served, in seconds of the epoch. */
    long createdSeconds();

    /** What it is. */
    ModelDescription description();

    /** How busy it is. */
    EngineLoad load();

    /** Whether it can still answer: a model whose thread has died cannot, for good. */
    boolean alive();

    @Override
    void close();

    /** Its state as routes and announcements tell it. */
    default ModelStatus status() {
        EngineLoad load = load();
        return new ModelStatus(
                name(),
                createdSeconds(),
                "penstock",
                load.running(),
                load.runningLimit(),
                load.queued(),
                load.queueLimit(),
                load.cachedTokensLimit() == 0
                        ? 0
                        : Math.clamp((double) load.cachedTokens() / load.cachedTokensLimit(), 0, 1),
                Optional.of(load.prompts()));
    }

    /** A language model. */
    record Language(String name, long createdSeconds, LanguageModel model) implements HostedModel {
        @Override
        public ModelDescription description() {
            return model.description();
        }

        @Override
        public EngineLoad load() {
            return model.load();
        }

        @Override
        public boolean alive() {
            return model.alive();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** An embedding model. */
    record Embedding(String name, long createdSeconds, EmbeddingModel model) implements HostedModel {
        @Override
        public ModelDescription description() {
            return model.description();
        }

        @Override
        public EngineLoad load() {
            return model.load();
        }

        @Override
        public boolean alive() {
            return model.alive();
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
