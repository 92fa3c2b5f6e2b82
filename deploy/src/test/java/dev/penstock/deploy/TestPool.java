package dev.penstock.deploy;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.WorkerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What {@code penstock up} starts, on free ports and asking for keys. */
public final class TestPool implements AutoCloseable {
    /** A language model. */
    public static final String CHAT_MODEL = "penstock-mini";

    /** The same under a name with a slash. */
    public static final String SLASH_MODEL = "penstock/mini";

    /** An embedding model. */
    public static final String EMBEDDING_MODEL = "all-MiniLM-L6-v2";

    private final LocalPool pool;
    private final NewKey key;
    private final NewKey limitedKey;
    private final NewKey tokensKey;

    private TestPool(LocalPool pool, NewKey key, NewKey limitedKey, NewKey tokensKey) {
        this.pool = pool;
        this.key = key;
        this.limitedKey = limitedKey;
        this.tokensKey = tokensKey;
    }

    /** Starts one. */
    public static TestPool start() {
        RandomGenerator random = new Random(1);
        var key = NewKey.generate("tests", Optional.empty(), random);
        var limitedKey = NewKey.generate("limited", Optional.empty(), random);
        var tokensKey = NewKey.generate("tokens", Optional.empty(), random);
        var gateway = """
                listener: {port: 0}
                admin: {port: 0}
                cluster: {port: 0}
                cache: {}
                auth:
                  mode: keys
                  keys:
                  - {id: tests, hash: "%s", models: ['*']}
                  - {id: limited, hash: "%s", models: ['*'], limits: [{requests: 3, per: 2s}]}
                  - {id: tokens, hash: "%s", models: ['*'], limits: [{tokens: 150, per: 2s}]}
                """.formatted(key.hash(), limitedKey.hash(), tokensKey.hash());
        var worker = """
                listener: {port: 0}
                models:
                - path: %s
                - {path: %s, name: %s}
                - path: %s
                """.formatted(CHAT_MODEL, CHAT_MODEL, SLASH_MODEL, EMBEDDING_MODEL);
        var models = Path.of(System.getProperty("penstock.root", ".."), "worker", "models", "target", "models");
        var loader = ConfigLoader.system();
        return new TestPool(
                LocalPool.start(
                        loader.parse("gateway", gateway, models, GatewayConfig.class)
                                .orThrow(),
                        loader.parse("worker", worker, models, WorkerConfig.class)
                                .orThrow()),
                key,
                limitedKey,
                tokensKey);
    }

    /** The gateway. */
    public URI url() {
        return pool.url();
    }

    /** Its admin listener. */
    public URI adminUrl() {
        return pool.adminUrl();
    }

    /** A key without a limit. */
    public String key() {
        return key.key();
    }

    /** A key for three requests in two seconds. */
    public String limitedKey() {
        return limitedKey.key();
    }

    /** A key for 150 tokens in two seconds. */
    public String tokensKey() {
        return tokensKey.key();
    }

    @Override
    public void close() {
        pool.close();
    }
}
