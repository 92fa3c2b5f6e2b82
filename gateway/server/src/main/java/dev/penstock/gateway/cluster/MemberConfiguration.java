package dev.penstock.gateway.cluster;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import dev.penstock.protocol.announcement.AnnouncementMap;
import dev.penstock.protocol.announcement.ClusterSecret;
import io.github.bucket4j.grid.hazelcast.HazelcastProxyManager;

/**
 * Hazelcast as a gateway runs it: bound to one interface, found by a list and by nothing else, everything off that is not
 * used, and closed to Java objects.
 */
final class MemberConfiguration {
    private static final int SMALL_MACHINE_CORES = 4;

    /** Of the messages of Bucket4j, from this type id on. */
    private static final int BUCKET_TYPES = 7310;

    private static final int SLOTS_KEPT_SECONDS = 60;

    private MemberConfiguration() {}

    static Config of(MemberSettings settings, ClusterSecret secret) {
        Config config = new Config();
        config.setClusterName(secret.clusterName());
        config.setClassLoader(MemberConfiguration.class.getClassLoader());
        network(config.getNetworkConfig(), settings);
        config.getMapConfigs().put(AnnouncementMap.NAME, workers());
        config.getMapConfigs().put(ClusterBuckets.MAP, buckets());
        config.getMapConfigs().put(ClusterSlots.MAP, slots());
        config.getMapConfigs().put(ClusterAnswers.MAP, answers(settings.answerMebibytes()));
        config.getMapConfigs().put(ClusterAnswers.PURGES, purges());
        config.getSerializationConfig().setJavaSerializationFilterConfig(noJavaObjects());
        config.getSerializationConfig().addDataSerializableFactory(SharedClock.FACTORY, SharedClock.factory());
        HazelcastProxyManager.addCustomSerializers(config.getSerializationConfig(), BUCKET_TYPES);
        config.getJetConfig().setEnabled(false);
        config.getRestConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
        config.getNamespacesConfig().setEnabled(false);
        properties(config, settings);
        return config;
    }

    private static void network(NetworkConfig network, MemberSettings settings) {
        network.setPort(settings.port()).setPortAutoIncrement(false);
        settings.publicAddress().ifPresent(network::setPublicAddress);
        network.getInterfaces().setEnabled(true).addInterface(settings.bindAddress());
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        // On also for a gateway that begins alone: members whose way of joining differs refuse each other.
        join.getTcpIpConfig().setEnabled(true).setMembers(settings.members());
    }

    private static void properties(Config config, MemberSettings settings) {
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.logging.details.enabled", "false");
        config.setProperty("hazelcast.logging.emoji.enabled", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.shutdownhook.enabled", "false"); // the gateway drains first, and in order
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "10");
        config.setProperty(
                "hazelcast.wait.seconds.before.join", settings.members().isEmpty() ? "0" : "1");
        // Slow to condemn: a pause of the collector must not split the cluster. A closed connection is seen at once.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "3");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "15");
        config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "10");
        if (Runtime.getRuntime().availableProcessors() <= SMALL_MACHINE_CORES) {
            config.setProperty("hazelcast.io.thread.count", "1");
            config.setProperty("hazelcast.event.thread.count", "2");
        }
    }

    /** Each heartbeat writes a whole record anew, so after a split the latest is right. */
    private static MapConfig workers() {
        return new MapConfig(AnnouncementMap.NAME)
                .setBackupCount(1)
                .setTimeToLiveSeconds(Math.toIntExact(AnnouncementMap.TIME_TO_LIVE.toSeconds()))
                .setPerEntryStatsEnabled(true) // the merge policy reads them
                .setMergePolicyConfig(new MergePolicyConfig(LatestUpdateMergePolicy.class.getName(), 100));
    }

    /** After a split what the larger part says of gateways holds; those of the smaller say it again within a second. */
    private static MapConfig slots() {
        return new MapConfig(ClusterSlots.MAP)
                .setBackupCount(1)
                .setMaxIdleSeconds(SLOTS_KEPT_SECONDS)
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), 100));
    }

    /**
     * Of answers those that were made longest ago go first where there is no more room: whoever serves one has it at hand
     * anyway. After a split the smaller part's are dropped; its gateways go on serving them.
     */
    private static MapConfig answers(int mebibytes) {
        return new MapConfig(ClusterAnswers.MAP)
                .setBackupCount(1)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setStatisticsEnabled(false)
                .setEvictionConfig(new EvictionConfig()
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
                        .setSize(mebibytes))
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), 100));
    }

    /** A scope is purged again only later, so after a split the latest is right. */
    private static MapConfig purges() {
        return new MapConfig(ClusterAnswers.PURGES)
                .setBackupCount(1)
                .setPerEntryStatsEnabled(true) // the merge policy reads them
                .setMergePolicyConfig(new MergePolicyConfig(LatestUpdateMergePolicy.class.getName(), 100));
    }

    private static MapConfig buckets() {
        return new MapConfig(ClusterBuckets.MAP)
                .setBackupCount(1)
                .setMergePolicyConfig(new MergePolicyConfig(LeastTokens.class.getName(), 100));
    }

    /**
     * Everything stored is bytes and strings. Hazelcast itself sends exceptions between members as Java objects, and
     * retries by what they are, so these and what they are made of are let in, by name.
     */
    static JavaSerializationFilterConfig noJavaObjects() {
        ClassFilter exceptions = new ClassFilter()
                .addPackages(
                        "com.hazelcast.core",
                        "com.hazelcast.spi.exception",
                        "com.hazelcast.partition",
                        "com.hazelcast.splitbrainprotection")
                .addClasses(
                        "com.hazelcast.internal.cluster.impl.ConfigMismatchException",
                        "java.lang.Throwable",
                        "java.lang.Exception",
                        "java.lang.RuntimeException",
                        "java.lang.Error",
                        "java.lang.IllegalArgumentException",
                        "java.lang.IllegalStateException",
                        "java.lang.UnsupportedOperationException",
                        "java.lang.NullPointerException",
                        "java.lang.ClassCastException",
                        "java.lang.StackTraceElement",
                        "[Ljava.lang.StackTraceElement;",
                        "java.io.IOException",
                        "java.util.Collections$EmptyList",
                        "java.util.Collections$UnmodifiableList",
                        "java.util.Collections$UnmodifiableCollection",
                        "java.util.Collections$UnmodifiableRandomAccessList",
                        "java.util.ArrayList",
                        "java.util.concurrent.CancellationException",
                        "java.util.concurrent.TimeoutException");
        return new JavaSerializationFilterConfig().setDefaultsDisabled(true).setWhitelist(exceptions);
    }
}
