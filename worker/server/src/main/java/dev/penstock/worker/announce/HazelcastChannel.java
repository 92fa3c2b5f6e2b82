package dev.penstock.worker.announce;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import dev.penstock.protocol.announcement.AnnouncementChannel;
import dev.penstock.protocol.announcement.AnnouncementMap;
import dev.penstock.protocol.announcement.ClusterSecret;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Hazelcast client that writes to the gateways' map. It starts without waiting for anybody, and looks for a gateway
 * forever: a client that gives up, as one does that was refused, is replaced.
 */
public final class HazelcastChannel implements AnnouncementChannel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastChannel.class);

    private final ClientConfig config;
    private @Nullable HazelcastInstance client;
    private boolean closed;

    /**
     * A channel that connects when first used.
     *
     * @param members {@code host:port} of gateways; one that is found tells of the others
     */
    public HazelcastChannel(ClusterSecret secret, List<String> members) {
        this.config = configuration(secret, members);
    }

    private static ClientConfig configuration(ClusterSecret secret, List<String> members) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(secret.clusterName());
        config.setClassLoader(HazelcastChannel.class.getClassLoader());
        config.getNetworkConfig().setAddresses(members).setConnectionTimeout(1000);
        config.getNetworkConfig().getAutoDetectionConfig().setEnabled(false);
        config.getConnectionStrategyConfig().setAsyncStart(true).setReconnectMode(ReconnectMode.ASYNC);
        config.getConnectionStrategyConfig()
                .getConnectionRetryConfig()
                .setInitialBackoffMillis(100)
                .setMaxBackoffMillis(1000)
                .setMultiplier(1.5)
                .setJitter(0.2)
                .setClusterConnectTimeoutMillis(-1);
        config.getSerializationConfig().setJavaSerializationFilterConfig(exceptionsOnly());
        config.getMetricsConfig().setEnabled(false);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.client.heartbeat.interval", "2000");
        config.setProperty("hazelcast.client.heartbeat.timeout", "10000");
        config.setProperty("hazelcast.client.invocation.timeout.seconds", "5");
        config.setProperty("hazelcast.client.response.thread.count", "1");
        config.setProperty("hazelcast.client.io.input.thread.count", "1");
        config.setProperty("hazelcast.client.io.output.thread.count", "1");
        return config;
    }

    /** Records are bytes; all that gateways send as Java objects is exceptions. */
    private static JavaSerializationFilterConfig exceptionsOnly() {
        ClassFilter exceptions = new ClassFilter()
                .addPackages("com.hazelcast.core", "com.hazelcast.spi.exception")
                .addClasses(
                        "java.lang.Throwable",
                        "java.lang.Exception",
                        "java.lang.RuntimeException",
                        "java.lang.StackTraceElement",
                        "[Ljava.lang.StackTraceElement;");
        return new JavaSerializationFilterConfig().setDefaultsDisabled(true).setWhitelist(exceptions);
    }

    @Override
    public CompletionStage<Optional<byte[]>> last(String workerId) {
        return with(map -> map.getAsync(workerId).thenApply(HazelcastChannel::bytes));
    }

    /** The map promises bytes, but anybody may have written it. */
    private static Optional<byte[]> bytes(@Nullable Object value) {
        return value instanceof byte[] record ? Optional.of(record) : Optional.empty();
    }

    @Override
    public CompletionStage<Void> put(String workerId, byte[] record) {
        return with(map -> map.setAsync(workerId, record, AnnouncementMap.TIME_TO_LIVE.toSeconds(), TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<Void> remove(String workerId) {
        return with(map -> map.removeAsync(workerId).thenAccept(removed -> {}));
    }

    /**
     * Connects in the background, ahead of the first use: a client takes a second or so to start, and a worker that has
     * loaded its models need not wait for it then.
     */
    public HazelcastChannel connect() {
        Thread.ofPlatform().daemon().name("penstock-connect").start(() -> {
            try {
                client().getLifecycleService().addLifecycleListener(event -> {
                    if (event.getState() == LifecycleState.CLIENT_CONNECTED) {
                        Thread.ofVirtual().start(() -> last("")); // the first use of the map has its cost too
                    }
                });
                last("");
            } catch (HazelcastException | IllegalStateException e) {
                LOG.debug("not connected yet: {}", e.getMessage());
            }
        });
        return this;
    }

    private <T> CompletionStage<T> with(Function<IMap<String, Object>, CompletionStage<T>> use) {
        try {
            return use.apply(client().getMap(AnnouncementMap.NAME));
        } catch (HazelcastException | IllegalStateException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private synchronized HazelcastInstance client() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (client == null || !client.getLifecycleService().isRunning()) {
            client = HazelcastClient.newHazelcastClient(config);
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.getLifecycleService().terminate();
        }
    }
}
