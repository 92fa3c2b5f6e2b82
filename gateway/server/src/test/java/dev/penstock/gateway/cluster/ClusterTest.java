package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.available;
import static dev.penstock.gateway.cluster.Pools.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.penstock.gateway.cluster.Pools.Draft;
import dev.penstock.protocol.announcement.AnnouncementMap;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Worker;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real members in one process, on loopback. */
class ClusterTest {
    /** One gateway's part of the pool. */
    private record Node(PoolFleet fleet, Membership membership, PoolClock clock, String address) {}

    private final List<Node> nodes = new ArrayList<>();
    private final List<HazelcastInstance> clients = new ArrayList<>();
    private volatile ProbeResult answer = ProbeResult.ALIVE;

    @AfterEach
    void stop() {
        clients.forEach(HazelcastInstance::shutdown);
        nodes.forEach(node -> node.membership().lose());
        nodes.forEach(node -> node.clock().close());
        nodes.forEach(node -> node.membership().close());
    }

    private Node node(String... members) throws Exception {
        return node(0, members);
    }

    private Node node(int port, String... members) throws Exception {
        WorkerProbe probe = (worker, path, timeout) -> Future.succeededFuture(answer);
        PoolFleet fleet = new PoolFleet(
                Pools.SECRET, new EndpointRules(EndpointRules.PRIVATE_NETWORKS), PoolRules.DEFAULT, probe);
        MemberSettings settings = new MemberSettings("127.0.0.1", port, List.of(members), Optional.empty());
        Membership membership = new Membership(settings, Pools.SECRET, fleet);
        long start = System.nanoTime();
        InetSocketAddress address = membership.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        System.out.println("joined in " + (System.nanoTime() - start) / 1_000_000 + " ms at " + address);
        Node node = new Node(fleet, membership, new PoolClock(fleet), "127.0.0.1:" + address.getPort());
        nodes.add(node);
        return node;
    }

    private IMap<String, Object> client(Node node, ClusterSecret secret) {
        return connect(node, secret).getMap(AnnouncementMap.NAME);
    }

    private IMap<Object, Object> anything(Node node, ClusterSecret secret) {
        return connect(node, secret).getMap(AnnouncementMap.NAME);
    }

    private HazelcastInstance connect(Node node, ClusterSecret secret) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(secret.clusterName());
        config.getNetworkConfig().addAddress(node.address());
        config.getConnectionStrategyConfig().getConnectionRetryConfig().setClusterConnectTimeoutMillis(3000);
        config.setProperty("hazelcast.logging.type", "slf4j");
        HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
        clients.add(client);
        return client;
    }

    @Test
    void threeGatewaysSeeOneWorkerAndTheDeathOfOneTakesNothingWithIt() throws Exception {
        Node first = node();
        Node second = node(first.address());
        Node third = node(first.address(), second.address());
        await("a cluster of three", () -> third.membership().members() == 3);
        IMap<String, Object> map = client(second, Pools.SECRET);

        long counter = 1;
        for (int i = 0; i < 20; i++) {
            map.set("w" + i, Draft.of("w" + i, counter).sealed());
        }
        for (Node node : nodes) {
            await(
                    "all workers at every gateway",
                    () -> node.fleet().directory().workers().size() == 20);
            await("the last is available", () -> available(node.fleet(), "w19"));
        }

        first.membership().lose();
        for (Node node : List.of(second, third)) {
            for (int i = 0; i < 20; i++) {
                assertTrue(available(node.fleet(), "w" + i), "the dead gateway took w" + i + " with it");
            }
        }
        counter++;
        for (int i = 0; i < 20; i++) {
            map.set("w" + i, Draft.of("w" + i, counter).load(3, 4).sealed());
        }
        for (Node node : List.of(second, third)) {
            for (int i = 0; i < 20; i++) {
                Worker worker = Pools.worker(node.fleet(), "w" + i);
                await("its new load", () -> node.fleet().load().reportedLoad(worker.slot()) == 7);
            }
        }
    }

    @Test
    void aLostClusterLeavesTheTableAndIsJoinedAgain() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Node only = node(port);
        client(only, Pools.SECRET).set("w1", Draft.of("w1", 1).sealed());
        await("the worker", () -> available(only.fleet(), "w1"));
        Worker worker = Pools.worker(only.fleet(), "w1");

        only.membership().lose();
        await("the loss", () -> only.membership().members() == 0);
        long silentSince = System.nanoTime();
        await(
                "a lease without heartbeats",
                () -> System.nanoTime() - silentSince
                        > PoolRules.DEFAULT.lease().plusMillis(500).toNanos());
        assertTrue(available(only.fleet(), "w1"), "probes alone keep it");
        assertEquals(worker, Pools.worker(only.fleet(), "w1"));

        answer = ProbeResult.BROKEN;
        await("the probes' verdict", () -> !available(only.fleet(), "w1"));
        answer = ProbeResult.ALIVE;
        await("its revival", () -> available(only.fleet(), "w1"));
        await("the cluster again", () -> only.membership().members() == 1);
    }

    @Test
    void nothingThatWasNotSealedWithTheSecretIsBelieved() throws Exception {
        Node node = node();
        IMap<String, Object> map = client(node, Pools.SECRET);
        AnnouncementSeal foreign = new AnnouncementSeal(ClusterSecret.of("the secret of other people"));
        byte[] honest = Draft.of("honest", 5).sealed();
        map.set("honest", honest);
        await("the honest one", () -> available(node.fleet(), "honest"));

        map.set("w1", Draft.of("w1", 1).sealed(foreign));
        map.set("w2", Draft.of("w3", 1).sealed());
        map.set("w4", new byte[1 << 20]);
        map.set("w5", "not bytes");
        map.set("w6", new ArrayList<>(List.of("java", "object")));
        map.set("w7", new Gadget());
        map.set("honest", Draft.of("honest", 4).endpoint("http://127.0.0.1:1").sealed());
        map.set("w8", Draft.of("w8", 1).endpoint("http://169.254.169.254").sealed());
        map.set("last", Draft.of("last", 1).sealed());

        await("the last one", () -> available(node.fleet(), "last"));
        await("the seven refusals", () -> refusals(node) >= 8);
        assertEquals(2, node.fleet().directory().workers().size());
        assertTrue(node.fleet().refused(RefusalReason.FORGED) >= 1);
        assertTrue(node.fleet().refused(RefusalReason.WRONG_KEY) >= 1);
        assertTrue(node.fleet().refused(RefusalReason.OVERSIZED) >= 1);
        assertTrue(node.fleet().refused(RefusalReason.MALFORMED) >= 3);
        assertTrue(node.fleet().refused(RefusalReason.REPLAYED) >= 1);
        assertTrue(node.fleet().refused(RefusalReason.ENDPOINT_NOT_ALLOWED) >= 1);
        assertTrue(available(node.fleet(), "honest"));
        assertFalse(Gadget.revived, "an object of a class of the class path was made from the cluster's bytes");
    }

    @Test
    void keysThatAreNoNamesKeepNobodyFromTheRecords() throws Exception {
        Node first = node();
        IMap<Object, Object> map = anything(first, Pools.SECRET);
        map.set(7, Draft.of("w1", 1).sealed());
        map.set(new Gadget(), "x");
        map.set(new ArrayList<>(List.of("java", "object")), "x");
        map.set("honest", Draft.of("honest", 1).sealed());
        await("the honest one", () -> available(first.fleet(), "honest"));

        Node second = node(first.address()); // hears no event of these: it has to read the table
        await("the honest one", () -> available(second.fleet(), "honest"));
        assertTrue(second.fleet().refused(RefusalReason.MALFORMED) >= 3);
        long before = first.fleet().refused(RefusalReason.MALFORMED);
        await(
                "the table, read again",
                () -> first.fleet().refused(RefusalReason.MALFORMED) >= before + 3
                        && second.fleet().refused(RefusalReason.MALFORMED) >= 6);
        assertEquals(2, first.membership().members());
        assertEquals(2, second.membership().members());
        assertFalse(Gadget.revived, "an object of a class of the class path was made from the cluster's bytes");
    }

    private static long refusals(Node node) {
        long all = 0;
        for (RefusalReason reason : RefusalReason.values()) {
            all += node.fleet().refused(reason);
        }
        return all;
    }

    @Test
    void withAnotherSecretTheClusterIsNotFound() throws Exception {
        Node node = node();
        assertThrows(IllegalStateException.class, () -> client(node, ClusterSecret.of("the secret of other people")));
    }

    /** Stands for what an attacker would look for on the class path. */
    static final class Gadget implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        static volatile boolean revived;

        private Object readResolve() {
            revived = true;
            return this;
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAtOnce() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
            Exception failure = assertThrows(Exception.class, () -> node(taken.getLocalPort()));
            assertTrue(
                    String.valueOf(failure.getMessage()).contains(String.valueOf(taken.getLocalPort())),
                    String.valueOf(failure.getMessage()));
        }
    }

    private static PoolFleet fleet() {
        return new PoolFleet(
                Pools.SECRET,
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                PoolRules.DEFAULT,
                (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "localhost", "127.0.0.*", "2001:db8::1"})
    void whatIsNoAddressOfThisMachineIsSaidAtOnce(String host) {
        MemberSettings elsewhere = new MemberSettings(host, 0, List.of(), Optional.empty());
        try (Membership membership = new Membership(elsewhere, Pools.SECRET, fleet())) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, membership::start);
            assertEquals("cluster.host: " + host + " (expected: an address of this machine)", refused.getMessage());
        }
    }

    @Test
    void aFirstFailureOfAnyClassIsSaidAtOnce() {
        Membership.Joining joining = () -> {
            throw new RuntimeException("as Hazelcast does");
        };
        try (Membership membership = new Membership(MemberSettings.loopback(), fleet(), joining)) {
            CompletionStage<InetSocketAddress> joined = membership.start();
            ExecutionException failure = assertThrows(
                    ExecutionException.class, () -> joined.toCompletableFuture().get(60, TimeUnit.SECONDS));
            assertEquals("java.lang.RuntimeException: as Hazelcast does", failure.getMessage());
        }
    }

    @Test
    void afterAnyFailureJoiningIsTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Membership.Joining joining = () -> {
            if (tries.incrementAndGet() == 2) {
                throw new RuntimeException("No matching network interface found."); // as where it is down
            }
            return ClusterMember.start(MemberSettings.loopback(), Pools.SECRET);
        };
        PoolFleet fleet = fleet();
        // A port that others could have been told of; what is bound is up to the joining above.
        MemberSettings found = new MemberSettings("127.0.0.1", 1, List.of(), Optional.empty());
        try (Membership membership = new Membership(found, fleet, joining)) {
            membership.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertTrue(fleet.settling(), "its workers are yet to be heard");
            membership.lose();
            await("the cluster again", () -> tries.get() >= 3 && membership.members() == 1);
        }
    }

    @Test
    void settingsNameOneInterface() {
        for (String wildcard : List.of("0.0.0.0", "::", "")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new MemberSettings(wildcard, 5701, List.of(), Optional.empty()));
        }
        assertEquals(Duration.ofMillis(1500), PoolRules.DEFAULT.lease());
    }
}
