package dev.penstock.gateway.cluster;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what happens to the cluster's map to the fleet, as it happens; and reads the whole map from time to time, since
 * events can be lost.
 */
final class AnnouncementFeed
        implements EntryAddedListener<String, byte[]>,
                EntryUpdatedListener<String, byte[]>,
                EntryMergedListener<String, byte[]>,
                EntryRemovedListener<String, byte[]>,
                EntryExpiredListener<String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementFeed.class);

    private final PoolFleet fleet;

    AnnouncementFeed(PoolFleet fleet) {
        this.fleet = fleet;
    }

    UUID attach(IMap<String, byte[]> map) {
        return map.addEntryListener(this, true);
    }

    /** Reads every record; blocks. What is no record, under whatever key, keeps nobody from the others. */
    void reconcile(IMap<?, ?> map) {
        Set<String> keys = new HashSet<>();
        Iterator<?> each = map.keySet().iterator();
        while (each.hasNext()) {
            next(each).ifPresent(key -> {
                keys.add(key);
                read(key, map);
            });
        }
        fleet.reconcile(keys);
    }

    /** The next key; empty for one that is no string, or of a class that is not read here: keys are made as they are read. */
    private Optional<String> next(Iterator<?> keys) {
        try {
            if (keys.next() instanceof String key) {
                return Optional.of(key);
            }
            fleet.refuse(RefusalReason.MALFORMED, "", "its key is no string");
        } catch (HazelcastSerializationException e) {
            refuse("");
        }
        return Optional.empty();
    }

    private void read(String key, IMap<?, ?> map) {
        try {
            offer(key, map.get(key));
        } catch (HazelcastSerializationException e) {
            refuse(key);
        }
    }

    private void offer(String key, @Nullable Object value) {
        // Generics promise bytes; whoever reached the port may have stored anything.
        if (value instanceof byte[] record) {
            fleet.accept(key, record);
        } else if (value != null) {
            fleet.refuse(RefusalReason.MALFORMED, key, "not bytes");
        }
    }

    private void refuse(String key) {
        fleet.refuse(RefusalReason.MALFORMED, key, "an object of a class that is not read here");
    }

    private void happened(EntryEvent<String, byte[]> event) {
        fleet.clusterHeard();
        String key = "";
        try {
            key = event.getKey();
            Object value = event.getValue();
            offer(key, value);
        } catch (HazelcastSerializationException | ClassCastException e) {
            refuse(key);
        } catch (HazelcastException e) {
            LOG.warn("an event of the cluster was not read: {}", e.getMessage());
        }
    }

    private void gone(EntryEvent<String, byte[]> event) {
        try {
            fleet.withdrawn(event.getKey());
        } catch (HazelcastSerializationException | ClassCastException e) {
            refuse("");
        }
    }

    @Override
    public void entryAdded(EntryEvent<String, byte[]> event) {
        happened(event);
    }

    @Override
    public void entryUpdated(EntryEvent<String, byte[]> event) {
        happened(event);
    }

    @Override
    public void entryMerged(EntryEvent<String, byte[]> event) {
        happened(event);
    }

    @Override
    public void entryRemoved(EntryEvent<String, byte[]> event) {
        gone(event);
    }

    @Override
    public void entryExpired(EntryEvent<String, byte[]> event) {
        gone(event);
    }
}
