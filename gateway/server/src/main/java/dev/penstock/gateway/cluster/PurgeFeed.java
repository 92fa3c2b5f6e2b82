package dev.penstock.gateway.cluster;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import dev.penstock.gateway.cluster.ClusterAnswers.Listener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Brings purges of the cluster to who listens. What is none is passed over. */
final class PurgeFeed
        implements EntryAddedListener<Object, Object>,
                EntryUpdatedListener<Object, Object>,
                EntryMergedListener<Object, Object> {
    private final Listener listener;

    /**
     * A purge.
     *
     * @param scope what is purged
     * @param epochMillis until when
     */
    record Line(String scope, long epochMillis) {}

    PurgeFeed(Listener listener) {
        this.listener = listener;
    }

    /** All there are, the oldest first. Blocks. */
    static List<Line> read(IMap<Object, Object> map) {
        List<Line> lines = new ArrayList<>();
        Iterator<Map.Entry<Object, Object>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            try {
                Map.Entry<Object, Object> entry = entries.next();
                if (entry.getKey() instanceof String scope && entry.getValue() instanceof Long until) {
                    lines.add(new Line(scope, until));
                }
            } catch (HazelcastSerializationException garbage) {
                // Somebody else's.
            }
        }
        lines.sort(Comparator.comparingLong(Line::epochMillis));
        return lines;
    }

    /** Tells of all there are. Blocks. */
    void readAll(IMap<Object, Object> map) {
        read(map).forEach(line -> listener.purged(line.scope, Instant.ofEpochMilli(line.epochMillis), false));
    }

    @Override
    public void entryAdded(EntryEvent<Object, Object> event) {
        told(event, true);
    }

    @Override
    public void entryUpdated(EntryEvent<Object, Object> event) {
        told(event, true);
    }

    @Override
    public void entryMerged(EntryEvent<Object, Object> event) {
        told(event, false);
    }

    private void told(EntryEvent<Object, Object> event, boolean justNow) {
        try {
            if (!event.getMember().localMember()
                    && event.getKey() instanceof String scope
                    && event.getValue() instanceof Long until) {
                listener.purged(scope, Instant.ofEpochMilli(until), justNow);
            }
        } catch (HazelcastSerializationException garbage) {
            // Somebody else's.
        }
    }
}
