package dev.penstock.gateway.cluster;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.gateway.cluster.MissingGateways.Presence;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many gateways there are: those in this one's cluster, and those that have gone out of its sight and may go on. */
final class GatewayCensus implements InitialMembershipListener {
    private static final int LOOK_MILLIS = 300;

    private final MissingGateways missing;
    private final PartitionOwners owners = new PartitionOwners();
    private final Set<InetSocketAddress> others = ConcurrentHashMap.newKeySet();

    GatewayCensus(Duration lease, Duration retention) {
        this.missing = new MissingGateways(lease, retention, GatewayCensus::look, System::nanoTime);
    }

    void attach(HazelcastInstance instance) {
        instance.getCluster().addMembershipListener(this);
    }

    /** This gateway is in no cluster any more: all others are out of its sight. */
    void lost() {
        others.forEach(missing::left);
        others.clear();
    }

    /** Those in sight, this one included. Asked for each request, and so not of Hazelcast. */
    int present() {
        return others.size() + 1;
    }

    /** Those in sight, and the missing. */
    int known() {
        return present() + missing.count();
    }

    void tick() {
        missing.tick();
    }

    /** The same, where that is in a cluster: all that is known of it is taken down while everybody is in sight. */
    void tick(HazelcastInstance instance) {
        missing.tick();
        if (missing.count() == 0) {
            owners.refresh(instance);
        }
    }

    /** Whether the key's owner is out of sight and may go on: what is here of it is a copy from before. */
    boolean stale(HazelcastInstance instance, String key) {
        return missing.count() > 0
                && owners.of(instance, key).filter(missing::mayGoOn).isPresent();
    }

    @Override
    public void init(InitialMembershipEvent event) {
        event.getMembers().forEach(this::joined);
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        joined(event.getMember());
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        InetSocketAddress address = event.getMember().getSocketAddress();
        if (!event.getMember().localMember() && others.remove(address)) {
            missing.left(address);
        }
    }

    private void joined(Member member) {
        if (!member.localMember()) {
            InetSocketAddress address = member.getSocketAddress();
            others.add(address);
            missing.joined(address);
        }
    }

    private static Presence look(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, LOOK_MILLIS);
            return Presence.UNKNOWN;
        } catch (ConnectException refused) {
            // Also what an unreachable network is told by; that has another message on every system.
            return String.valueOf(refused.getMessage()).contains("refused") ? Presence.REFUSED : Presence.UNKNOWN;
        } catch (IOException silent) {
            return Presence.UNKNOWN;
        }
    }
}
