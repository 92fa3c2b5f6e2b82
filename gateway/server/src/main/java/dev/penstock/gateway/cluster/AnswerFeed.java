package dev.penstock.gateway.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import dev.penstock.gateway.cluster.ClusterAnswers.Listener;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Brings what happens to the cluster's answers to who listens, and ends waits by it. What is in the map may be anything, put
 * there by anybody: what is neither an answer nor a claim is passed over.
 */
final class AnswerFeed
        implements EntryAddedListener<Object, Object>,
                EntryUpdatedListener<Object, Object>,
                EntryMergedListener<Object, Object>,
                EntryRemovedListener<Object, Object>,
                EntryExpiredListener<Object, Object>,
                EntryEvictedListener<Object, Object>,
                MembershipListener {
    /** Read at once of a partition: with the longest answers a few MiB. */
    private static final int PAGE = 16;

    private static final long KEEPING_SECONDS = 5;

    private final Listener listener;
    private final AnswerWaits waits;

    AnswerFeed(Listener listener, AnswerWaits waits) {
        this.listener = listener;
        this.waits = waits;
    }

    /** Reads all there are, one after the other, each kept before the next is read. Blocks. */
    void readAll(IMap<Object, Object> map) throws InterruptedException {
        Iterator<Map.Entry<Object, Object>> entries = map.iterator(PAGE);
        while (entries.hasNext()) {
            read(entries.next());
        }
    }

    private void read(Map.Entry<Object, Object> entry) throws InterruptedException {
        try {
            if (entry.getKey() instanceof String name
                    && entry.getValue() instanceof byte[] value
                    && AnswerValue.isAnswer(value)) {
                listener.put(name, AnswerValue.sealed(value))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(KEEPING_SECONDS, TimeUnit.SECONDS);
            }
        } catch (HazelcastSerializationException | ExecutionException | TimeoutException left) {
            // Garbage, or whoever keeps it is busy: it is found when it is asked for.
        }
    }

    @Override
    public void entryAdded(EntryEvent<Object, Object> event) {
        put(event);
    }

    @Override
    public void entryUpdated(EntryEvent<Object, Object> event) {
        put(event);
    }

    @Override
    public void entryMerged(EntryEvent<Object, Object> event) {
        put(event);
    }

    private void put(EntryEvent<Object, Object> event) {
        try {
            if (!(event.getKey() instanceof String name) || !(event.getValue() instanceof byte[] value)) {
                return;
            }
            if (AnswerValue.isAnswer(value)) {
                answered(name, value, event.getMember().localMember());
            } else {
                ended(name, event.getOldValue());
            }
        } catch (HazelcastSerializationException garbage) {
            // Somebody else's.
        }
    }

    private void answered(String name, byte[] value, boolean here) {
        if (here) {
            waits.answered(name);
        } else {
            listener.put(name, AnswerValue.sealed(value)).onComplete(kept -> waits.answered(name));
        }
    }

    @Override
    public void entryRemoved(EntryEvent<Object, Object> event) {
        gone(event, !event.getMember().localMember());
    }

    @Override
    public void entryExpired(EntryEvent<Object, Object> event) {
        gone(event, false);
    }

    /** What had to go for want of room is still good where somebody has it. */
    @Override
    public void entryEvicted(EntryEvent<Object, Object> event) {
        gone(event, false);
    }

    private void gone(EntryEvent<Object, Object> event, boolean removed) {
        try {
            if (event.getKey() instanceof String name && event.getOldValue() instanceof byte[] value) {
                ended(name, value);
                if (removed && AnswerValue.isAnswer(value)) {
                    listener.removed(name);
                }
            }
        } catch (HazelcastSerializationException garbage) {
            // Somebody else's.
        }
    }

    private void ended(String name, @Nullable Object old) {
        if (old instanceof byte[] claim && AnswerValue.isClaim(claim)) {
            waits.ended(name, claim);
        }
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        // It has claimed nothing yet.
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        waits.left(event.getMember().getUuid());
    }
}
