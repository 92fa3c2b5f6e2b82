package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import io.vertx.core.Promise;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Those that wait for one model with equal needs: where one of them finds no room, no other does. Not thread safe.
 *
 * @param <T> what a request gets when its turn has come
 */
final class QueueLane<T> {
    private final ModelQueue<T> queue;
    private final Needs needs;
    /** Those that nobody of waits are left out. */
    private final Map<Criticality, Map<String, SequencedMap<Long, Waiter<T>>>> classes =
            new EnumMap<>(Criticality.class);

    private int size;

    /**
     * One request that waits.
     *
     * @param arrival its number among all, rising
     */
    record Waiter<T>(long arrival, QueueLane<T> lane, Share share, Supplier<Optional<T>> place, Promise<T> turn) {}

    /**
     * Who of a lane is next, and by what counter.
     *
     * @param counter its tenant's at that time
     */
    record Head<T>(Waiter<T> waiter, double counter) implements Comparable<Head<T>> {
        QueueLane<T> lane() {
            return waiter.lane;
        }

        boolean stale(FairShares shares) {
            return shares.counter(waiter.share.tenant) != counter;
        }

        @Override
        public int compareTo(Head<T> other) {
            int byClass = waiter.share.criticality.compareTo(other.waiter.share.criticality);
            int byShare = byClass != 0 ? byClass : Double.compare(counter, other.counter);
            return byShare != 0 ? byShare : Long.compare(waiter.arrival, other.waiter.arrival);
        }
    }

    QueueLane(ModelQueue<T> queue, Needs needs) {
        this.queue = queue;
        this.needs = needs;
    }

    ModelQueue<T> queue() {
        return queue;
    }

    Needs needs() {
        return needs;
    }

    int size() {
        return size;
    }

    void add(Waiter<T> waiter) {
        classes.computeIfAbsent(waiter.share.criticality, of -> new HashMap<>())
                .computeIfAbsent(waiter.share.tenant, tenant -> new LinkedHashMap<>())
                .put(waiter.arrival, waiter);
        size++;
    }

    /** Whether it was still there. */
    boolean remove(Waiter<T> waiter) {
        Share share = waiter.share;
        Map<String, SequencedMap<Long, Waiter<T>>> tenants = of(share.criticality);
        SequencedMap<Long, Waiter<T>> its = tenants.getOrDefault(share.tenant, new LinkedHashMap<>());
        if (its.remove(waiter.arrival) == null) {
            return false;
        }
        size--;
        if (its.isEmpty()) {
            tenants.remove(share.tenant);
            if (tenants.isEmpty()) {
                classes.remove(share.criticality);
            }
        }
        return true;
    }

    /** Who is next: of the most critical, of the tenant that has had least, the first to come. There is at least one. */
    Head<T> head(FairShares shares) {
        return head(classes.values().iterator().next(), shares);
    }

    private Head<T> head(Map<String, SequencedMap<Long, Waiter<T>>> tenants, FairShares shares) {
        Optional<Head<T>> least = Optional.empty();
        for (Map.Entry<String, SequencedMap<Long, Waiter<T>>> tenant : tenants.entrySet()) {
            Head<T> its = new Head<>(tenant.getValue().sequencedValues().getFirst(), shares.counter(tenant.getKey()));
            if (least.isEmpty() || its.compareTo(least.get()) < 0) {
                least = Optional.of(its);
            }
        }
        return least.orElseThrow();
    }

    /** Whether anybody but the tenant waits here. */
    boolean hasOthers(String tenant) {
        for (Map<String, SequencedMap<Long, Waiter<T>>> tenants : classes.values()) {
            if (tenants.size() > 1 || !tenants.containsKey(tenant)) {
                return true;
            }
        }
        return false;
    }

    /** Those that wait of a class, by tenant, in the order of their coming. */
    Map<String, SequencedMap<Long, Waiter<T>>> of(Criticality criticality) {
        return classes.getOrDefault(criticality, Map.of());
    }
}
