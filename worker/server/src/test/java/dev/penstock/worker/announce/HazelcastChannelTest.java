package dev.penstock.worker.announce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.protocol.announcement.AnnouncementMap;
import dev.penstock.protocol.announcement.ClusterSecret;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real client and a real member, on loopback. */
@Timeout(120)
class HazelcastChannelTest {
    private static final ClusterSecret SECRET = ClusterSecret.of("a secret for tests only");
    private static final byte[] RECORD = {1, 2, 3};

    private @Nullable HazelcastInstance gateway;
    private @Nullable HazelcastChannel channel;

    @AfterEach
    void stop() {
        if (channel != null) {
            channel.close();
        }
        if (gateway != null) {
            gateway.getLifecycleService().terminate();
        }
    }

    private static HazelcastInstance gateway(ClusterSecret secret, int port) {
        Config config = new Config();
        config.setClusterName(secret.clusterName());
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        return Hazelcast.newHazelcastInstance(config);
    }

    /** Tries as the announcer does, again and again, until it works. */
    private static <T> T eventually(Supplier<CompletionStage<T>> action) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return action.get().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                assertTrue(System.nanoTime() < deadline, "not within a minute: " + e.getMessage());
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    @Test
    void aGatewayMayComeAfterTheWorkerGoAndComeBack() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        HazelcastChannel open = new HazelcastChannel(SECRET, List.of("127.0.0.1:" + port)).connect();
        channel = open;
        assertTrue(open.put("w1", RECORD).toCompletableFuture().isCompletedExceptionally(), "it does not block");

        gateway = gateway(SECRET, port);
        eventually(() -> open.put("w1", RECORD));
        assertArrayEquals(RECORD, (byte[]) gateway.getMap(AnnouncementMap.NAME).get("w1"));
        assertArrayEquals(RECORD, eventually(() -> open.last("w1")).orElseThrow());

        gateway.getLifecycleService().terminate();
        gateway = gateway(SECRET, port);
        eventually(() -> open.put("w1", RECORD));
        assertArrayEquals(RECORD, (byte[]) gateway.getMap(AnnouncementMap.NAME).get("w1"));
        eventually(() -> open.remove("w1"));
        assertTrue(gateway.getMap(AnnouncementMap.NAME).isEmpty());
        assertTrue(eventually(() -> open.last("w1")).equals(Optional.empty()));
    }

    @Test
    void aClientThatWasRefusedTriesAgain() throws Exception {
        gateway = gateway(ClusterSecret.of("the secret of other people"), 0);
        int port = gateway.getCluster().getLocalMember().getAddress().getPort();
        HazelcastChannel open = new HazelcastChannel(SECRET, List.of("127.0.0.1:" + port));
        channel = open;
        for (int i = 0; i < 20; i++) {
            assertTrue(open.put("w1", RECORD).toCompletableFuture().isCompletedExceptionally());
            LockSupport.parkNanos(50_000_000);
        }
        gateway.getLifecycleService().terminate();
        gateway = gateway(SECRET, port);
        eventually(() -> open.put("w1", RECORD));
    }
}
