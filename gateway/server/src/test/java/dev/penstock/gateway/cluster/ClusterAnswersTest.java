package dev.penstock.gateway.cluster;

import static dev.penstock.gateway.cluster.Pools.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.penstock.gateway.cluster.ClusterAnswers.Claim;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real members in one process, on loopback. */
@Timeout(180)
final class ClusterAnswersTest {
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration TTL = Duration.ofHours(1);
    /** Enough for some to lie at each member. */
    private static final int VOID = 12;

    private static final int PARTITIONS = 271;

    private static final String EVERYTHING = "{}";

    private final List<Node> nodes = new ArrayList<>();

    /** A gateway's part, and what it was told. */
    private record Node(
            Membership membership,
            ClusterAnswers answers,
            String address,
            Map<String, String> known,
            Map<String, Instant> purged,
            Map<String, Boolean> justNow) {
        HazelcastInstance hazelcast() {
            return membership.hazelcast().orElseThrow();
        }

        IMap<Object, Object> map() {
            return hazelcast().getMap(ClusterAnswers.MAP);
        }

        Claim claim(String name) {
            return claim(name, LEASE);
        }

        Claim claim(String name, Duration lease) {
            return answers.claim(name, lease)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.answers().close());
        nodes.forEach(node -> node.membership().lose());
        nodes.forEach(node -> node.membership().close());
    }

    private Node join() throws Exception {
        return join(MemberSettings.LITTLE);
    }

    private Node join(int mebibytes) throws Exception {
        PoolFleet fleet = new PoolFleet(
                Pools.SECRET,
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                PoolRules.DEFAULT,
                (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE));
        List<String> members = nodes.stream().map(Node::address).toList();
        Membership membership = new Membership(
                new MemberSettings("127.0.0.1", 0, members, Optional.empty(), mebibytes), Pools.SECRET, fleet);
        ClusterAnswers answers = new ClusterAnswers(membership::hazelcast, membership::gateways, mebibytes, EVERYTHING);
        Map<String, String> known = new ConcurrentHashMap<>();
        Map<String, Instant> purged = new ConcurrentHashMap<>();
        Map<String, Boolean> justNow = new ConcurrentHashMap<>();
        answers.listen(new ClusterAnswers.Listener() {
            @Override
            public Future<Void> put(String name, byte[] sealed) {
                known.put(name, new String(sealed, StandardCharsets.UTF_8));
                return Future.succeededFuture();
            }

            @Override
            public void removed(String name) {
                known.remove(name);
            }

            @Override
            public void purged(String scope, Instant until, boolean now) {
                purged.put(scope, until);
                justNow.put(scope, now);
            }
        });
        int port = membership
                .start()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getPort();
        Node node = new Node(membership, answers, "127.0.0.1:" + port, known, purged, justNow);
        nodes.add(node);
        await("all in one cluster, and attached", () -> nodes.stream()
                .allMatch(each -> each.membership().gateways() == nodes.size()
                        && each.answers().attached()));
        return node;
    }

    private void awaitCopies() throws InterruptedException {
        await("copies of all", () -> nodes.stream()
                .allMatch(each -> each.hazelcast().getPartitionService().isClusterSafe()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A claim that the cluster has: on a machine that is busy the first may not be answered in time. */
    private static void claimed(Node node, String name) throws InterruptedException {
        await("a claim", () -> {
            var unused = node.claim(name);
            return node.map().get(name) != null;
        });
    }

    private static Future<Void> over(Node node, String name) throws InterruptedException {
        List<Future<Void>> over = new ArrayList<>();
        await("another's claim to be seen", () -> {
            if (node.claim(name) instanceof Claim.Theirs theirs) {
                over.add(theirs.over());
                return true;
            }
            node.answers().release(name);
            return false;
        });
        return over.getFirst();
    }

    @Test
    void oneAloneClaimsWithoutAsking() throws Exception {
        Node only = join();
        assertInstanceOf(Claim.Ours.class, only.claim("a"));
        assertEquals(0, only.map().size());
        only.answers().put("a", bytes("answer"), TTL);
        await("it, for those who will come", () -> only.map().size() == 1);
        Node second = join();
        await("it, at who came later", () -> "answer".equals(second.known().get("a")));
        assertArrayEquals(
                bytes("answer"),
                assertInstanceOf(Claim.Known.class, untilKnown(second, "a")).sealed());
    }

    private static Claim untilKnown(Node node, String name) throws InterruptedException {
        List<Claim> known = new ArrayList<>();
        await("an answer in time", () -> {
            Claim claim = node.claim(name);
            known.add(claim);
            return claim instanceof Claim.Known;
        });
        return known.getLast();
    }

    @Test
    void whoWaitsIsToldOfTheAnswerAndHasIt() throws Exception {
        Node first = join();
        Node second = join();
        Node third = join();
        claimed(first, "a");
        Future<Void> atSecond = over(second, "a");
        Future<Void> atThird = over(third, "a");
        assertFalse(atSecond.isComplete() || atThird.isComplete());
        assertEquals(1, second.answers().waiting());
        long began = System.nanoTime();
        first.answers().put("a", bytes("answer"), TTL);
        await("the end of waiting", () -> atSecond.isComplete() && atThird.isComplete());
        System.out.println("told after " + (System.nanoTime() - began) / 1_000 + " us");
        assertEquals("answer", second.known().get("a"), "before who waits is told");
        assertEquals("answer", third.known().get("a"));
        assertEquals(0, second.answers().waiting());
        assertEquals(0, first.answers().claimed());
        assertEquals(0, second.answers().claimed());
    }

    @Test
    void whatIsGivenUpIsClaimedByTheNext() throws Exception {
        Node first = join();
        Node second = join();
        claimed(first, "a");
        Future<Void> over = over(second, "a");
        first.answers().release("a");
        await("the end of waiting", over::isComplete);
        assertEquals(null, second.known().get("a"));
        await("nothing of it", () -> first.map().isEmpty());
        claimed(second, "a");
        Future<Void> other = over(first, "a");
        second.answers().release("a");
        await("the end of waiting", other::isComplete);
    }

    @Test
    void theClaimsOfTheDeadAreVoid() throws Exception {
        Node first = join();
        Node second = join();
        Node third = join();
        awaitCopies();
        claimed(first, "a");
        for (int i = 0; i < VOID; i++) {
            claimed(first, "b" + i);
        }
        Future<Void> over = over(second, "a");
        first.membership().lose();
        nodes.remove(first);
        await("the end of waiting", over::isComplete);
        await("its death everywhere", () -> nodes.stream()
                .allMatch(each -> each.membership().gateways() == 2));
        UUID own = third.hazelcast().getCluster().getLocalMember().getUuid();
        for (int i = 0; i < VOID; i++) {
            String name = "b" + i;
            assertTrue(third.map().get(name) != null, "its claim is there");
            await("a claim in its place", () -> {
                var unused = third.claim(name);
                return third.map().get(name) instanceof byte[] there
                        && AnswerValue.member(there).equals(own);
            });
        }
        first.answers().close();
        first.membership().close();
    }

    @Test
    void answersSurviveTheLossOfAMember() throws Exception {
        Node first = join();
        Node second = join();
        Node third = join();
        awaitCopies();
        for (int i = 0; i < 100; i++) {
            first.answers().put("n" + i, bytes("answer " + i), TTL);
        }
        await(
                "all everywhere",
                () -> second.known().size() == 100 && third.known().size() == 100);
        awaitCopies();
        first.membership().lose();
        nodes.remove(first);
        await("its death", () -> nodes.stream()
                .allMatch(each -> each.membership().gateways() == 2));
        Node fourth = join();
        await("all, at one that came afterwards", () -> fourth.known().size() == 100);
        first.answers().close();
        first.membership().close();
    }

    @Test
    void aLostClusterEndsWaitsAndIsAttachedToAgain() throws Exception {
        Node first = join();
        Node second = join();
        claimed(first, "a");
        Future<Void> over = over(second, "a");
        first.answers().put("b", bytes("before"), TTL);
        await("it", () -> second.known().containsKey("b"));
        second.known().clear();
        second.membership().lose();
        await("the end of waiting", over::isComplete);
        first.answers().put("c", bytes("meanwhile"), TTL);
        await("all of it, in the cluster again", () -> second.known().keySet().equals(Set.of("b", "c")));
        first.answers().put("d", bytes("after"), TTL);
        await("what comes now", () -> second.known().containsKey("d"));
    }

    @Test
    void purgesReachAllAndWhoComesLater() throws Exception {
        Node first = join();
        Node second = join();
        first.answers().put("a", bytes("answer"), TTL);
        first.answers().put("b", bytes("answer"), TTL);
        await("both", () -> second.known().size() == 2);
        second.answers().remove(List.of("a", "unknown"));
        await("its removal in the map", () -> first.map().size() == 1);
        Instant now = Instant.ofEpochMilli(Instant.now().toEpochMilli());
        first.answers().purge("{\"tenant\":\"acme\"}", now);
        first.answers().purge("{\"tenant\":\"acme\"}", now.minusSeconds(60));
        await("the purge", () -> now.equals(second.purged().get("{\"tenant\":\"acme\"}")));
        assertEquals(true, second.justNow().get("{\"tenant\":\"acme\"}"));
        assertTrue(first.purged().isEmpty(), "its own");
        Node third = join();
        await("the purge, at who came later", () -> now.equals(third.purged().get("{\"tenant\":\"acme\"}")));
        assertEquals(false, third.justNow().get("{\"tenant\":\"acme\"}"));
        await("what was not taken out", () -> third.known().containsKey("b"));
        assertEquals(Set.of("b"), third.known().keySet());
    }

    @Test
    void tooManyPurgesBecomeOneOfEverything() throws Exception {
        Node only = join();
        Instant now = Instant.ofEpochMilli(Instant.now().toEpochMilli());
        int many = ClusterPurges.MOST + 200;
        for (int i = 0; i < many; i++) {
            only.answers().purge("scope " + i, now.plusMillis(i));
        }
        IMap<Object, Object> map = only.hazelcast().getMap(ClusterAnswers.PURGES);
        await(
                "few",
                () -> map.get(EVERYTHING) != null
                        && map.size() <= ClusterPurges.MOST
                        && map.containsKey("scope " + (many - 1)));
        for (int i = 0; i < many; i++) {
            Instant until = now.plusMillis(i);
            Object kept = map.get("scope " + i);
            Object all = map.get(EVERYTHING);
            boolean covered =
                    all instanceof Long of && !Instant.ofEpochMilli(of).isBefore(until);
            assertTrue(kept != null || covered, "scope " + i + " holds");
        }
    }

    @Test
    void whatIsNoAnswerIsPassedOver() throws Exception {
        Node first = join();
        first.map().set("text", "a text");
        first.map().set(7, new byte[] {1, 2});
        first.map().set("empty", new byte[0]);
        first.map().set("claim-like", new byte[] {0, 1});
        first.hazelcast().getMap(ClusterAnswers.PURGES).set("text", "a text");
        Node second = join();
        second.map().set("more", 1);
        first.answers().put("good", bytes("answer"), TTL);
        await("what is one", () -> second.known().size() == 1);
        for (String name : List.of("text", "empty", "claim-like", "more")) {
            claimed(first, name);
            first.answers().put(name, bytes("answer"), TTL);
        }
        await("answers in their places", () -> second.known().size() == 5);
        assertTrue(second.purged().isEmpty());
    }

    @Test
    void whatIsNotReleasedEndsByItself() throws Exception {
        Node first = join();
        Node second = join();
        await("a claim", () -> {
            var unused = first.claim("a", Duration.ofSeconds(3));
            return first.map().get("a") != null;
        });
        Future<Void> over = over(second, "a");
        await("the end of waiting", over::isComplete);
        second.answers().put("b", bytes("answer"), Duration.ofSeconds(1));
        await("it", () -> first.known().containsKey("b"));
        await("its end", () -> second.map().get("b") == null);
        assertTrue(first.known().containsKey("b"), "has an end of its own");
        second.answers().put("c", bytes("answer"), Duration.ZERO);
        second.answers().put("d", bytes("answer"), TTL);
        await("what is good for a while", () -> first.known().containsKey("d"));
        assertFalse(first.known().containsKey("c"));
    }

    /** Of a member of two: what it has for answers, and one more of each partition at most. */
    @Test
    void theHeapIsBounded() throws Exception {
        int mebibytes = 4;
        Node first = join(mebibytes);
        join(mebibytes);
        first.answers().put("long", new byte[(mebibytes << 20) / 128], TTL);
        first.answers().put("short", new byte[1_000], TTL);
        await("the short one", () -> first.map().get("short") != null);
        await("all to be put", () -> first.answers().sending() == 0);
        assertEquals(null, first.map().get("long"));
        SplittableRandom random = new SplittableRandom(6);
        long put = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] sealed = new byte[random.nextInt(8_000, 16_000)];
            random.nextBytes(sealed);
            first.answers().put("n" + i, sealed, TTL);
            put += sealed.length;
        }
        assertTrue(put > 40_000_000, put + " bytes");
        await("all to be put", () -> first.answers().sending() == 0);
        long held = held(first);
        System.out.println("holds " + held + " bytes of " + put);
        long most = ((long) mebibytes << 20) + PARTITIONS * 16_000L;
        assertTrue(held > 2_000_000 && held < most, held + " bytes");
    }

    /** Of two members each has all, its own or as a copy of the other's. */
    private static long held(Node node) {
        long bytes = 0;
        for (Object value : node.map().values()) {
            bytes += value instanceof byte[] answer ? answer.length : 0;
        }
        return bytes;
    }
}
