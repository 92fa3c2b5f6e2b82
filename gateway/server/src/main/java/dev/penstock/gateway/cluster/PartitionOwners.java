package dev.penstock.gateway.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.partition.Partition;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which gateway had what, when all of them were last in sight. Thread safe. */
final class PartitionOwners {
    private volatile Map<Integer, InetSocketAddress> owners = Map.of();

    /** All are in sight: takes the owners of this moment. */
    void refresh(HazelcastInstance instance) {
        Map<Integer, InetSocketAddress> now = new HashMap<>();
        try {
            for (Partition partition : instance.getPartitionService().getPartitions()) {
                @Nullable Member owner = partition.getOwner();
                if (owner != null) {
                    now.put(partition.getPartitionId(), owner.getSocketAddress());
                }
            }
        } catch (HazelcastInstanceNotActiveException ended) {
            return; // those that were known last stay known
        }
        owners = Map.copyOf(now);
    }

    /** Who had that key; empty where that was never known. */
    Optional<InetSocketAddress> of(HazelcastInstance instance, String key) {
        return Optional.ofNullable(
                owners.get(instance.getPartitionService().getPartition(key).getPartitionId()));
    }
}
