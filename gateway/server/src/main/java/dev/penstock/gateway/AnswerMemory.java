package dev.penstock.gateway;

import dev.penstock.cache.judge.Judge;
import dev.penstock.gateway.cache.AnswerCache;
import dev.penstock.gateway.cache.AnswerSpill;
import dev.penstock.gateway.cache.SharedAnswers;
import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.config.ClusterConfig;
import dev.penstock.gateway.config.EmbedderConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.SemanticCacheConfig;
import dev.penstock.gateway.embedding.BundledModel;
import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.embedding.EmbeddingCounts;
import dev.penstock.gateway.embedding.HttpEmbedder;
import dev.penstock.gateway.embedding.InProcessEmbedder;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ClientTls;
import dev.penstock.store.Database;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Makes the memory of a gateway of its configuration. */
final class AnswerMemory {
    private static final String FIRST = "How long does the first question take?";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private AnswerMemory() {}

    /**
     * Empty where the configuration has none. Blocks while an embedding model loads, for a second or so.
     *
     * @param live the configuration of the moment
     * @param database of the store, once it was reached
     * @throws IllegalArgumentException where a model or a judge does not load, naming the key
     */
    static Optional<AnswerCache> of(
            GatewayConfig config,
            Supplier<GatewayConfig> live,
            ClusterSecret secret,
            SharedAnswers shared,
            Supplier<Optional<Database>> database,
            Vertx vertx,
            EmbeddingCounts counts) {
        return config.cache().map(cache -> {
            ClusterSecret answers = secret(config, cache, secret);
            return new AnswerCache(
                    new LiveTerms(cache, config, live),
                    new AnswerCache.Secrets(answers.answerNameKey(), answers.answerSealKey()),
                    cache.semantic().map(semantic -> meaning(semantic, vertx, counts)),
                    shared,
                    cache.spill()
                            ? Optional.of(
                                    new AnswerSpill(database, cache.memory().bytes(), InstantSource.system()))
                            : Optional.empty(),
                    InstantSource.system(),
                    () -> ThreadLocalRandom.current().nextDouble());
        });
    }

    /** What outlives this process is found and opened by a secret that does, too. */
    private static ClusterSecret secret(GatewayConfig config, CacheConfig cache, ClusterSecret ofProcess) {
        boolean lasts = config.cluster().flatMap(ClusterConfig::secret).isPresent();
        return cache.spill() && !lasts
                ? SpillSecret.of(config.store().orElseThrow().directory())
                : ofProcess;
    }

    private static AnswerCache.Meaning meaning(SemanticCacheConfig config, Vertx vertx, EmbeddingCounts counts) {
        Judge judge = config.judge().map(AnswerMemory::judge).orElseGet(Judge::shipped);
        if (judge.threshold(config.maxFalseHitRate()).isEmpty()) {
            throw new IllegalArgumentException("cache.semantic.max-false-hit-rate: " + config.maxFalseHitRate()
                    + " (expected: at least one that the judge is calibrated for, of "
                    + judge.thresholds().keySet() + ")");
        }
        Embedder embedder = embedder(config.embedder(), vertx, counts);
        var unused = embedder.embed(FIRST, PATIENCE); // the first takes longer than requests wait
        return new AnswerCache.Meaning(embedder, identity(config.embedder()), judge);
    }

    private static Embedder embedder(EmbedderConfig config, Vertx vertx, EmbeddingCounts counts) {
        return config.endpoint()
                .<Embedder>map(url -> new HttpEmbedder(
                        vertx,
                        ClientConfig.defaults().withTls(config.tls().orElseGet(ClientTls::system)),
                        new HttpEmbedder.Server(url, config.name().orElseThrow(), config.key()),
                        counts))
                .orElseGet(() -> InProcessEmbedder.load(
                        config.model().orElseGet(() -> BundledModel.directory("cache.semantic.embedder.model")),
                        counts));
    }

    private static String identity(EmbedderConfig config) {
        return config.endpoint()
                .map(url -> url + " " + config.name().orElse(""))
                .orElseGet(() -> config.model().map(Path::toString).orElse(BundledModel.NAME));
    }

    private static Judge judge(Path file) {
        try {
            return Judge.parse(Files.readString(file));
        } catch (IOException | IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "cache.semantic.judge: " + file + ": " + refused.getMessage()
                            + " (expected: a file that `penstock cache calibrate` wrote)",
                    refused);
        }
    }

    /** What models stand for is read once of each configuration. */
    private static final class LiveTerms implements Supplier<AnswerCache.Terms> {
        private final CacheConfig first;
        private final Supplier<GatewayConfig> live;
        private volatile Known known;

        private record Known(GatewayConfig config, AnswerCache.Terms terms) {}

        LiveTerms(CacheConfig first, GatewayConfig config, Supplier<GatewayConfig> live) {
            this.first = first;
            this.live = live;
            this.known = new Known(config, terms(config));
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the very object: comparing all of it would take longer than it saves
        public AnswerCache.Terms get() {
            GatewayConfig now = live.get();
            Known last = known;
            if (last.config == now) {
                return last.terms;
            }
            Known next = new Known(now, terms(now));
            known = next;
            return next.terms;
        }

        private AnswerCache.Terms terms(GatewayConfig config) {
            return new AnswerCache.Terms(
                    config.cache().orElse(first),
                    digest(config.models() + "\n" + config.qualities() + "\n" + config.difficulty()));
        }

        private static String digest(String text) {
            try {
                byte[] all = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(all);
            } catch (NoSuchAlgorithmException never) {
                throw new IllegalStateException("every Java has SHA-256", never);
            }
        }
    }
}
