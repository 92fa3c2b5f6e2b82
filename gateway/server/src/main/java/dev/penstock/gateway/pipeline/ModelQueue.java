package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.QueueLane.Waiter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Those that wait for one model, by their needs. Not thread safe. */
final class ModelQueue<T> {
    private final Map<Needs, QueueLane<T>> lanes = new HashMap<>();
    private int size;

    int size() {
        return size;
    }

    Collection<QueueLane<T>> lanes() {
        return lanes.values();
    }

    /** Whether somebody waits who needs the same. */
    boolean blocks(Needs needs) {
        return lanes.containsKey(needs);
    }

    QueueLane<T> lane(Needs needs) {
        return lanes.computeIfAbsent(needs, those -> new QueueLane<>(this, those));
    }

    void add(Waiter<T> waiter) {
        waiter.lane().add(waiter);
        size++;
    }

    /** Whether it was still there. A lane that is empty is let go of. */
    boolean remove(Waiter<T> waiter) {
        QueueLane<T> lane = waiter.lane();
        if (!lane.remove(waiter)) {
            return false;
        }
        size--;
        if (lane.size() == 0) {
            lanes.remove(lane.needs());
        }
        return true;
    }
}
