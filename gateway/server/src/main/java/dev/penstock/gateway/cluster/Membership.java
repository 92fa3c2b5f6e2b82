package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import dev.penstock.protocol.announcement.ClusterSecret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this gateway in the cluster, and the fleet fed from it. Where the cluster is lost the fleet goes on from what it
 * last knew, judged by its own probes, and joining is tried again. All that blocks runs on one thread of its own.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration RECONCILE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(500);
    /** How long what a gateway had taken ahead of limits may be in use after its end. */
    private static final Duration HELD = Duration.ofSeconds(3);

    private static final Duration REJOIN = Duration.ofSeconds(2);

    private final MemberSettings settings;
    private final PoolFleet fleet;
    private final AnnouncementFeed feed;
    private final Joining joining;
    private final GatewayCensus census;
    private final SharedClock clock = new SharedClock(System::nanoTime, InstantSource.system());
    private final CompletableFuture<InetSocketAddress> joined = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("penstock-cluster").unstarted(this::run);
    private volatile @Nullable ClusterMember member;

    /** Port: becomes a member, or throws whatever Hazelcast does. */
    @FunctionalInterface
    interface Joining {
        ClusterMember join();
    }

    /** Not yet started. */
    public Membership(MemberSettings settings, ClusterSecret secret, PoolFleet fleet) {
        this(settings, secret, fleet, PoolRules.DEFAULT.retention());
    }

    /**
     * Not yet started.
     *
     * @param retention how long a gateway that cannot be told about may be on the other side of a partition
     */
    public Membership(MemberSettings settings, ClusterSecret secret, PoolFleet fleet, Duration retention) {
        this(settings, fleet, retention, () -> ClusterMember.start(settings, secret));
    }

    Membership(MemberSettings settings, PoolFleet fleet, Joining joining) {
        this(settings, fleet, PoolRules.DEFAULT.retention(), joining);
    }

    private Membership(MemberSettings settings, PoolFleet fleet, Duration retention, Joining joining) {
        this.census = new GatewayCensus(HELD, retention);
        this.settings = settings;
        this.fleet = fleet;
        this.feed = new AnnouncementFeed(fleet);
        this.joining = joining;
    }

    /**
     * Begins to join. Completes with the address that workers and other gateways reach this one by; fails where it cannot
     * start at all, such as for a port that is taken.
     *
     * @throws IllegalArgumentException where the address to bind is not one of this machine
     */
    public CompletionStage<InetSocketAddress> start() {
        if (!isOfThisMachine(settings.bindAddress())) {
            throw new IllegalArgumentException(
                    "cluster.host: " + settings.bindAddress() + " (expected: an address of this machine)");
        }
        thread.start();
        return joined.copy();
    }

    /** Hazelcast, while this gateway is in a cluster. */
    public Optional<HazelcastInstance> hazelcast() {
        @Nullable ClusterMember now = member;
        return now != null && now.running() ? Optional.of(now.hazelcast()) : Optional.empty();
    }

    /** The clock of the cluster. */
    public SharedClock clock() {
        return clock;
    }

    /** How many gateways the cluster has, this one included; 0 while it is in none. */
    public int members() {
        @Nullable ClusterMember now = member;
        return now != null && now.running() ? now.members() : 0;
    }

    /** How many gateways there are, those included that are out of sight and may go on: at least 1. */
    public int knownGateways() {
        return census.known();
    }

    /** How many of them are in sight, this one included: at least 1. */
    public int gateways() {
        return census.present();
    }

    /** Whether what the cluster has of that key is a copy from before its owner went out of sight. */
    public boolean stale(String key) {
        return census.known() > census.present()
                && hazelcast().filter(instance -> census.stale(instance, key)).isPresent();
    }

    Optional<IMap<String, byte[]>> workers() {
        @Nullable ClusterMember now = member;
        return now != null && now.running() ? Optional.of(now.workers()) : Optional.empty();
    }

    private static boolean isOfThisMachine(String host) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(host)) != null;
        } catch (IllegalArgumentException noAddress) {
            return false; // Hazelcast looks no name up
        } catch (SocketException unknown) {
            LOG.debug("the interfaces of this machine were not read", unknown);
            return true;
        }
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (ClusterMember started = joining.join()) {
                clock.join(started.hazelcast());
                member = started;
                census.attach(started.hazelcast());
                if (settings.port() != 0) {
                    fleet.joined(); // a port that nobody was told of is found by this very process's worker alone
                }
                AtomicBoolean merged = started.watchMerges();
                UUID listener = feed.attach(started.workers());
                feed.reconcile(started.workers());
                LOG.info("in the cluster at {}, {} gateways", started.address(), started.members());
                joined.complete(started.address());
                stay(started, listener, merged);
            } catch (RuntimeException e) {
                // Of any class: Hazelcast throws bare ones, as where the interface is down, and no other thread would
                // join again.
                if (joined.completeExceptionally(e)) {
                    return;
                }
                LOG.warn("not in the cluster: {}", e.toString());
            }
            census.lost();
            census.tick();
            if (!waited(closing, REJOIN)) {
                LOG.warn("the cluster is lost; routing goes on from what was last known, and joining is tried again");
            }
        }
    }

    /**
     * Returns when this gateway is to leave, or is in no cluster any more.
     *
     * @param merged set when this member has gone over to another part of a cluster that was split: what it listened to
     *     is not that part's, and its table is
     */
    private void stay(ClusterMember started, UUID firstListener, AtomicBoolean merged) {
        UUID listener = firstListener;
        long readNanos = System.nanoTime();
        while (!waited(closing, LOOK) && started.running()) {
            census.tick(started.hazelcast());
            boolean elsewhere = merged.getAndSet(false);
            if (!elsewhere && System.nanoTime() - readNanos < RECONCILE.toNanos()) {
                continue;
            }
            try {
                if (elsewhere) {
                    clock.join(started.hazelcast());
                    started.workers().removeEntryListener(listener);
                    listener = feed.attach(started.workers());
                }
                feed.reconcile(started.workers());
                readNanos = System.nanoTime();
            } catch (HazelcastInstanceNotActiveException e) {
                return;
            } catch (HazelcastException | IllegalStateException e) {
                if (elsewhere) {
                    merged.set(true); // or nobody would listen there
                }
                LOG.warn("the cluster's table was not read: {}", e.getMessage());
            }
        }
    }

    private static boolean waited(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Leaves in order: hands over what it holds; waits for that, fifteen seconds at most. */
    @Override
    public void close() {
        closing.countDown();
        if (!thread.isAlive()) {
            return; // never started, or ended by itself
        }
        try {
            thread.join(Duration.ofSeconds(15));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drops out of the cluster without a word, as a fault would. */
    void lose() {
        @Nullable ClusterMember now = member;
        if (now != null) {
            now.terminate();
        }
    }
}
