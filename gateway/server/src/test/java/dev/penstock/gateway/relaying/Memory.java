package dev.penstock.gateway.relaying;

import dev.penstock.cache.judge.Judge;
import dev.penstock.gateway.Configs;
import dev.penstock.gateway.cache.AnswerCache;
import dev.penstock.gateway.cache.SharedAnswers;
import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.embedding.Embedder;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;

/** A memory as a gateway has it, but for its clock, its draws and its embedder, which are the test's. */
final class Memory implements AutoCloseable {
    private static final int DIMENSIONS = 256;

    volatile CacheConfig config;
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    volatile double draw = 1;
    final AnswerCache cache;

    /** The words of a text, each in a dimension of its own, about. */
    static final Embedder WORDS = embedder((text, within) -> {
        float[] vector = new float[DIMENSIONS];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
            vector[Math.floorMod(word.hashCode(), DIMENSIONS)]++;
        }
        return Future.succeededFuture(vector);
    });

    /** One in this process that holds nothing. */
    static Embedder embedder(BiFunction<String, Duration, Future<float[]>> embed) {
        return new Embedder() {
            @Override
            public Future<float[]> embed(String text, Duration within) {
                return embed.apply(text, within);
            }

            @Override
            public boolean leavesProcess() {
                return false;
            }

            @Override
            public void close() {
                // It has nothing.
            }
        };
    }

    /** Of that `cache:`. */
    Memory(String yaml) {
        this(yaml, WORDS);
    }

    Memory(String yaml, Embedder embedder) {
        configure(yaml);
        byte[] secret = new byte[32];
        DoubleSupplier draws = () -> draw;
        cache = new AnswerCache(
                () -> new AnswerCache.Terms(config, "v"),
                new AnswerCache.Secrets(secret, secret),
                config.semantic().map(semantic -> new AnswerCache.Meaning(embedder, "words", Judge.shipped())),
                SharedAnswers.NONE,
                () -> now,
                draws);
    }

    /** From now on. */
    void configure(String yaml) {
        config = Configs.gateway("cache: " + yaml).cache().orElseThrow();
    }

    /** Once that many answers are kept. */
    void await(int entries) {
        TestGateway.eventually(entries + " answers in memory", () -> cache.entries() == entries);
    }

    Optional<dev.penstock.gateway.cache.CacheReport.Line> line() {
        return cache.report().lines().stream().findFirst();
    }

    @Override
    public void close() {
        cache.close();
    }
}
