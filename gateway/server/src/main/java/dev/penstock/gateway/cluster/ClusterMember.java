package dev.penstock.gateway.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import dev.penstock.protocol.announcement.AnnouncementMap;
import dev.penstock.protocol.announcement.ClusterSecret;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/** This gateway as a member of the cluster. Starting and closing block for a second or so. */
final class ClusterMember implements AutoCloseable {
    private final HazelcastInstance instance;

    private ClusterMember(HazelcastInstance instance) {
        this.instance = instance;
    }

    /**
     * Joins, or begins a cluster where nobody is found.
     *
     * @throws RuntimeException of Hazelcast's where it cannot start, such as for a port that is taken
     */
    static ClusterMember start(MemberSettings settings, ClusterSecret secret) {
        return new ClusterMember(Hazelcast.newHazelcastInstance(MemberConfiguration.of(settings, secret)));
    }

    /** Sealed records by worker id. What is in it may be anything, put there by anybody. */
    IMap<String, byte[]> workers() {
        return instance.getMap(AnnouncementMap.NAME);
    }

    /** Where others reach it. */
    InetSocketAddress address() {
        return instance.getCluster().getLocalMember().getSocketAddress();
    }

    int members() {
        return instance.getCluster().getMembers().size();
    }

    boolean running() {
        return instance.getLifecycleService().isRunning();
    }

    /** Is set each time this member has merged into another part of a cluster that was split. */
    AtomicBoolean watchMerges() {
        AtomicBoolean merged = new AtomicBoolean();
        instance.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                merged.set(true);
            }
        });
        return merged;
    }

    HazelcastInstance hazelcast() {
        return instance;
    }

    /** Leaves in order: hands over what it holds first, for ten seconds at most. */
    @Override
    public void close() {
        instance.shutdown();
    }

    /** Leaves without a word. */
    void terminate() {
        instance.getLifecycleService().terminate();
    }
}
