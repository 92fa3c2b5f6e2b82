package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
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
    private final Map<Criticality, Map<String, Deque<Waiter<T>>>> classes = new EnumMap<>(Criticality.class);

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

        boolean stale() {
            return waiter.share.counter() != counter;
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
                .computeIfAbsent(waiter.share.tenant, tenant -> new ArrayDeque<>())
                .addLast(waiter);
        size++;
    }

    /** Whether it was still there. */
    boolean remove(Waiter<T> waiter) {
        Share share = waiter.share;
        Map<String, Deque<Waiter<T>>> tenants = of(share.criticality);
        Deque<Waiter<T>> its = tenants.getOrDefault(share.tenant, new ArrayDeque<>());
        if (!its.remove(waiter)) { // mostly the first
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
    Head<T> head() {
        Iterator<Deque<Waiter<T>>> tenants =
                classes.values().iterator().next().values().iterator();
        Waiter<T> least = tenants.next().getFirst();
        while (tenants.hasNext()) {
            Waiter<T> its = tenants.next().getFirst();
            int more = Double.compare(its.share.counter(), least.share.counter());
            if (more < 0 || (more == 0 && its.arrival < least.arrival)) {
                least = its;
            }
        }
        return new Head<>(least, least.share.counter());
    }

    /** Whether anybody but the tenant waits here. */
    boolean hasOthers(String tenant) {
        for (Map<String, Deque<Waiter<T>>> tenants : classes.values()) {
            if (tenants.size() > 1 || !tenants.containsKey(tenant)) {
                return true;
            }
        }
        return false;
    }

    /** Those that wait of a class, by tenant, in the order of their coming. */
    Map<String, Deque<Waiter<T>>> of(Criticality criticality) {
        return classes.getOrDefault(criticality, Map.of());
    }
}
