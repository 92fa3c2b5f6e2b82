package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.Placement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where requests wait for room at a worker: first come, first served, a bounded queue for each model. A request is placed
 * only when there is room (late binding), so that nobody waits behind one slow worker while another is free. Room that
 * several models share goes to whoever has waited longest, whatever the model.
 *
 * <p>Thread safe. One lock for all models: looking for room and taking it must be one step, and a worker's room is shared
 * by its models. It is held for the microseconds a policy takes; completions happen outside it.
 *
 * @param <T> what a request gets when its turn has come
 */
final class ModelQueues<T> {
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    private final Map<ModelId, Deque<Waiter<T>>> queues = new HashMap<>();
    private long arrivals;

    /**
     * One request that waits.
     *
     * @param arrival its number among all, rising
     * @param needs those with equal needs are blocked together
     */
    private record Waiter<T>(long arrival, Needs needs, Supplier<Optional<T>> place, Promise<T> turn) {}

    /**
     * What decides who of those before it a request waits behind. Of numbers only whether there is one: a private request
     * that waits for the edge must not keep others from a cloud, but two with a ceiling of their own wait in turn.
     */
    private record Needs(
            Set<Capability> required,
            DataClass dataClass,
            Placement placement,
            Optional<Set<String>> regions,
            Optional<Set<String>> sites,
            boolean priced,
            boolean timed,
            boolean graded,
            boolean relayed) {
        static Needs of(InferenceRequest request) {
            Constraints constraints = request.constraints();
            return new Needs(
                    request.required(),
                    constraints.dataClass(),
                    constraints.placement(),
                    constraints.regions(),
                    constraints.sites(),
                    constraints.maxCostUsd().isPresent(),
                    constraints.deadline().isPresent(),
                    constraints.minQuality().isPresent(),
                    request.hops().relayed());
        }
    }

    private record Grant<T>(Waiter<T> waiter, T place) {}

    ModelQueues(Supplier<PipelineSettings> settings, Loop loop) {
        this.settings = settings;
        this.loop = loop;
    }

    /**
     * Takes a place now or when there is room. Fails with {@link GatewayError.Overloaded} where the queue is full or the
     * wait too long, and with {@link GatewayError.ClientGone} where the client left it.
     *
     * @param place takes a place if there is room; quick, called under the lock
     * @param closed the client's exchange
     */
    Future<T> take(InferenceRequest request, Supplier<Optional<T>> place, Future<Boolean> closed) {
        ModelId model = request.model();
        Waiter<T> waiter;
        synchronized (this) {
            waiter = new Waiter<>(arrivals++, Needs.of(request), place, Promise.promise());
            Deque<Waiter<T>> queue = queues.getOrDefault(model, new ArrayDeque<>());
            if (!blocked(queue, waiter)) {
                Optional<T> placed = place.get();
                if (placed.isPresent()) {
                    return Future.succeededFuture(placed.get());
                }
            }
            if (queue.size() >= settings.get().queueLength()) {
                return Future.failedFuture(overloaded(model));
            }
            queue.addLast(waiter);
            queues.put(model, queue);
        }
        Loop.Timer timer = waitsUntil(request, reason -> leave(model, waiter, reason));
        closed.onComplete(gone -> leave(model, waiter, new GatewayException(new GatewayError.ClientGone())));
        return loop.here(waiter.turn().future()).onComplete(done -> timer.cancel());
    }

    /** The end of the wait: the gateway's own, or the request's deadline where that comes first. */
    private Loop.Timer waitsUntil(InferenceRequest request, Consumer<GatewayException> leave) {
        Duration longest = settings.get().queueTimeout();
        Optional<Duration> left = request.constraints()
                .deadline()
                .map(deadline -> deadline.minusNanos(loop.nanoTime() - request.receivedNanos()))
                .filter(rest -> rest.compareTo(longest) < 0);
        return left.isEmpty()
                ? loop.schedule(longest, () -> leave.accept(overloaded(request.model())))
                : loop.schedule(
                        left.get().toMillis() < 1 ? Duration.ofMillis(1) : left.get(),
                        () -> leave.accept(new GatewayException(
                                new GatewayError.UpstreamFailed(FailureClass.DEADLINE, 0, Optional.empty()))));
    }

    /** Room may have come up: whose turn is it? From any thread. */
    void room() {
        List<Grant<T>> grants = new ArrayList<>();
        synchronized (this) {
            PriorityQueue<Turns<T>> heads = new PriorityQueue<>(Comparator.comparingLong(turns -> turns.next.arrival));
            queues.values().forEach(queue -> heads.add(new Turns<>(queue)));
            for (Turns<T> oldest = heads.poll(); oldest != null; oldest = heads.poll()) {
                oldest.place(grants);
                if (oldest.advance()) {
                    heads.add(oldest);
                }
            }
            queues.values().removeIf(Deque::isEmpty);
        }
        grants.forEach(grant -> grant.waiter().turn().complete(grant.place()));
    }

    /** A walk along one queue. One who finds no room blocks those after with the same needs, not those with others. */
    private static final class Turns<T> {
        private final Iterator<Waiter<T>> rest;
        private final Set<Needs> blocked = new HashSet<>();
        private Waiter<T> next;

        Turns(Deque<Waiter<T>> queue) {
            rest = queue.iterator();
            next = rest.next();
        }

        void place(List<Grant<T>> grants) {
            Optional<T> placed = next.place().get();
            if (placed.isPresent()) {
                rest.remove();
                grants.add(new Grant<>(next, placed.get()));
            } else {
                blocked.add(next.needs());
            }
        }

        /** Whether there is another who may find room. */
        boolean advance() {
            while (rest.hasNext()) {
                next = rest.next();
                if (!blocked.contains(next.needs())) {
                    return true;
                }
            }
            return false;
        }
    }

    private boolean blocked(Deque<Waiter<T>> queue, Waiter<T> newcomer) {
        for (Waiter<T> waiter : queue) {
            if (waiter.needs().equals(newcomer.needs())) {
                return true;
            }
        }
        return false;
    }

    private void leave(ModelId model, Waiter<T> waiter, GatewayException reason) {
        synchronized (this) {
            Deque<Waiter<T>> queue = queues.get(model);
            if (queue == null || !queue.remove(waiter)) {
                return; // its turn has come
            }
            if (queue.isEmpty()) {
                queues.remove(model);
            }
        }
        waiter.turn().fail(reason);
    }

    /** How many wait for a model. */
    synchronized int waiting(ModelId model) {
        Deque<Waiter<T>> queue = queues.get(model);
        return queue == null ? 0 : queue.size();
    }

    private static GatewayException overloaded(ModelId model) {
        return new GatewayException(new GatewayError.Overloaded(model, Duration.ofSeconds(1)));
    }
}
