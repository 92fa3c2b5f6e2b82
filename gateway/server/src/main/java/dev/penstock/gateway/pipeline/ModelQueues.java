package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.QueueLane.Head;
import dev.penstock.gateway.pipeline.QueueLane.Waiter;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where requests wait for room at a worker: a bounded queue for each model. A request is placed only when there is room
 * (late binding), so that nobody waits behind one slow worker while another is free. Room goes to the most critical of those
 * that wait for it, whatever the model; of equals to the tenant that has had least of what others waited for
 * ({@link FairShares}); of a tenant's to the first to come. One who finds no room blocks those of the same model and needs,
 * not those with others. Where a queue is full, {@link QueueShedding} says who goes.
 *
 * <p>Thread safe. One lock for all models: looking for room and taking it must be one step, and a worker's room is shared
 * by its models. It is held for the microseconds a policy takes; completions happen outside it.
 *
 * @param <T> what a request gets when its turn has come
 */
final class ModelQueues<T> {
    private final Supplier<PipelineSettings> settings;
    private final Loop loop;
    private final QueueCounts counts;
    private final Map<ModelId, ModelQueue<T>> queues = new HashMap<>();
    private final FairShares shares = new FairShares();
    private long arrivals;

    private record Grant<T>(Waiter<T> waiter, T place) {}

    ModelQueues(Supplier<PipelineSettings> settings, Loop loop, QueueCounts counts) {
        this.settings = settings;
        this.loop = loop;
        this.counts = counts;
    }

    /**
     * Takes a place now or when there is room. Fails with {@link GatewayError.Overloaded} where the queue is full or the
     * wait too long, and with {@link GatewayError.ClientGone} where the client left it.
     *
     * @param share who asks; to be {@linkplain #settle settled} when the request has ended
     * @param place takes a place if there is room; quick, called under the lock
     * @param closed the client's exchange
     */
    Future<T> take(Share share, InferenceRequest request, Supplier<Optional<T>> place, Future<Boolean> closed) {
        ModelId model = request.model();
        Needs needs = Needs.of(request);
        Waiter<T> waiter;
        Optional<Waiter<T>> shed = Optional.empty();
        synchronized (this) {
            ModelQueue<T> queue = queues.getOrDefault(model, new ModelQueue<>());
            if (!queue.blocks(needs)) {
                Optional<T> placed = place.get();
                if (placed.isPresent()) {
                    shares.passed(share);
                    return Future.succeededFuture(placed.get());
                }
            }
            if (queue.size() >= settings.get().queueLength()) {
                shed = QueueShedding.victim(queue.lanes(), share);
                if (shed.isEmpty()) {
                    counts.sheds(share.criticality);
                    return Future.failedFuture(overloaded(model));
                }
                remove(shed.get());
            }
            waiter = new Waiter<>(arrivals++, queue.lane(needs), share, place, Promise.promise());
            queues.put(model, queue);
            add(waiter);
        }
        shed.ifPresent(victim -> {
            counts.sheds(victim.share().criticality);
            victim.turn().fail(overloaded(model));
        });
        Loop.Timer timer = waitsUntil(request, reason -> leave(model, waiter, reason));
        closed.onComplete(gone -> leave(model, waiter, new GatewayException(new GatewayError.ClientGone())));
        return loop.here(waiter.turn().future()).onComplete(done -> timer.cancel());
    }

    private void add(Waiter<T> waiter) {
        waiter.lane().queue().add(waiter);
        shares.enter(waiter.share());
        counts.waits(waiter.share().criticality, 1);
    }

    /** Whether it was still there. */
    private boolean remove(Waiter<T> waiter) {
        if (!waiter.lane().queue().remove(waiter)) {
            return false;
        }
        shares.leave(waiter.share());
        counts.waits(waiter.share().criticality, -1);
        return true;
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
            if (queues.isEmpty()) {
                return;
            }
            PriorityQueue<Head<T>> heads = new PriorityQueue<>();
            for (ModelQueue<T> queue : queues.values()) {
                queue.lanes().forEach(lane -> heads.add(lane.head()));
            }
            for (Head<T> next = heads.poll(); next != null; next = heads.poll()) {
                boolean more = next.stale() || grant(next, heads, grants);
                if (more && next.lane().size() > 0) {
                    heads.add(next.lane().head());
                }
            }
            queues.values().removeIf(queue -> queue.size() == 0);
        }
        grants.forEach(grant -> grant.waiter().turn().complete(grant.place()));
    }

    /** Whether it found room; if not, no other of its lane does. */
    private boolean grant(Head<T> next, PriorityQueue<Head<T>> others, List<Grant<T>> grants) {
        Waiter<T> waiter = next.waiter();
        Optional<T> placed = waiter.place().get();
        if (placed.isEmpty()) {
            return false;
        }
        grants.add(new Grant<>(waiter, placed.get()));
        shares.served(waiter.share(), contended(next, others));
        remove(waiter);
        return true;
    }

    /** Whether there is another tenant's that has not had its chance: those that had, and found no room, lose nothing. */
    private static <T> boolean contended(Head<T> next, PriorityQueue<Head<T>> others) {
        String tenant = next.waiter().share().tenant;
        if (next.lane().hasOthers(tenant)) {
            return true;
        }
        for (Head<T> other : others) {
            if (other.lane().hasOthers(tenant)) {
                return true;
            }
        }
        return false;
    }

    private void leave(ModelId model, Waiter<T> waiter, GatewayException reason) {
        synchronized (this) {
            if (!remove(waiter)) {
                return; // its turn has come
            }
            if (waiter.lane().queue().size() == 0) {
                queues.remove(model, waiter.lane().queue());
            }
        }
        if (reason.error() instanceof GatewayError.Overloaded) {
            counts.expires(waiter.share().criticality);
        }
        waiter.turn().fail(reason);
    }

    /** A request that took a place has ended, having used this. */
    void settle(Share share, TokenUsage usage) {
        if (share.charged()) { // most take room that nobody waits for, and need no lock
            synchronized (this) {
                shares.settle(share, Share.cost(usage));
            }
        }
    }

    /** How many wait for a model. */
    synchronized int waiting(ModelId model) {
        return Optional.ofNullable(queues.get(model)).map(ModelQueue::size).orElse(0);
    }

    private static GatewayException overloaded(ModelId model) {
        return new GatewayException(new GatewayError.Overloaded(model, Duration.ofSeconds(1)));
    }
}
