package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where requests wait for a limit, where the operator allows that, instead of being refused. Those of one key for one model
 * wait in a line, whose first asks again when the limit has said that there may be room. Of several lines the most critical
 * asks first, of equals that of the tenant that has had least of what others waited for ({@link FairShares}): so a limit
 * that tenants share is shared fairly. The wait is bounded, and so is how many wait; where too many come, the newcomer is
 * refused, unless a less critical one waits: then the newest of those.
 *
 * <p>Thread safe. Admission is asked by one request at a time.
 */
final class LimitQueue {
    private static final long SOON_NANOS = 1_000_000;

    private final Supplier<PipelineSettings> settings;
    private final Loop loop;

    // Guarded by this.
    private final Map<String, Line> lines = new HashMap<>();
    private final FairShares shares = new FairShares();
    private int size;
    private boolean asking;
    private OptionalLong wakesNanos = OptionalLong.empty();

    /** How admission is asked for one request. */
    @FunctionalInterface
    interface Asking {
        Future<AdmissionDecision> ask();
    }

    /** Those of one key for one model, in the order of their coming. */
    private static final class Line {
        final String name;
        final Deque<Waiter> waiters = new ArrayDeque<>();
        AdmissionDecision.Rejected last;
        long notBeforeNanos;

        Line(String name, AdmissionDecision.Rejected first) {
            this.name = name;
            this.last = first;
        }
    }

    private record Waiter(Line line, Share share, Asking asking, Promise<AdmissionDecision> turn) {}

    LimitQueue(Supplier<PipelineSettings> settings, Loop loop) {
        this.settings = settings;
        this.loop = loop;
    }

    /**
     * What admission says: at once, or in the end.
     *
     * @param share who asks; of this queue alone
     * @param line the key and the model
     * @param closed the client's exchange; fails with {@link GatewayError.ClientGone} where it left the queue
     */
    Future<AdmissionDecision> admit(Share share, String line, Asking asking, Future<Boolean> closed) {
        Duration longest = settings.get().limitWait();
        Optional<Future<AdmissionDecision>> behind = waitBehind(share, line, asking, closed);
        return behind.isPresent()
                ? behind.get()
                : asking.ask()
                        .compose(decision -> worthWaiting(decision, longest)
                                ? begin(share, line, asking, (AdmissionDecision.Rejected) decision, closed)
                                : Future.succeededFuture(decision));
    }

    private static boolean worthWaiting(AdmissionDecision decision, Duration longest) {
        return decision instanceof AdmissionDecision.Rejected rejected
                && rejected.retryAfter()
                        .filter(wait -> wait.compareTo(longest) <= 0)
                        .isPresent();
    }

    /** Nobody asks before those of its line that came before it. */
    private Optional<Future<AdmissionDecision>> waitBehind(
            Share share, String name, Asking asking, Future<Boolean> closed) {
        Line line;
        synchronized (this) {
            Line known = lines.get(name);
            if (known == null) {
                return Optional.empty();
            }
            line = known;
        }
        return Optional.of(begin(share, name, asking, line.last, closed));
    }

    private Future<AdmissionDecision> begin(
            Share share, String name, Asking asking, AdmissionDecision.Rejected rejected, Future<Boolean> closed) {
        Waiter waiter;
        Optional<Waiter> shed = Optional.empty();
        synchronized (this) {
            if (size >= settings.get().queueLength()) {
                shed = lessCritical(share.criticality);
                if (shed.isEmpty()) {
                    return Future.succeededFuture(rejected);
                }
                remove(shed.get());
            }
            Line line = lines.get(name);
            if (line == null) {
                line = new Line(name, rejected);
                line.notBeforeNanos = loop.nanoTime()
                        + rejected.retryAfter().orElse(Duration.ZERO).toNanos();
                lines.put(name, line);
            }
            waiter = new Waiter(line, share, asking, Promise.promise());
            line.waiters.addLast(waiter);
            shares.enter(share);
            size++;
        }
        shed.ifPresent(victim -> victim.turn().complete(victim.line().last));
        Loop.Timer end = loop.schedule(settings.get().limitWait(), () -> leave(waiter, Optional.empty()));
        closed.onComplete(gone -> leave(waiter, Optional.of(new GatewayException(new GatewayError.ClientGone()))));
        wake();
        return loop.here(waiter.turn().future()).onComplete(done -> end.cancel());
    }

    /** The newest of the least critical that are less so. */
    private Optional<Waiter> lessCritical(Criticality than) {
        return lines.values().stream()
                .map(line -> line.waiters.getLast())
                .filter(last -> last.share().criticality.compareTo(than) > 0)
                .max(Comparator.comparing(last -> last.share().criticality));
    }

    /** Whether it was still there. */
    private boolean remove(Waiter waiter) {
        Line line = waiter.line();
        if (!line.waiters.remove(waiter)) {
            return false;
        }
        if (line.waiters.isEmpty()) {
            lines.remove(line.name);
        }
        shares.leave(waiter.share());
        size--;
        return true;
    }

    private void leave(Waiter waiter, Optional<GatewayException> reason) {
        synchronized (this) {
            if (!remove(waiter)) {
                return; // its turn has come
            }
        }
        if (reason.isPresent()) {
            waiter.turn().fail(reason.get());
        } else {
            waiter.turn().complete(waiter.line().last);
        }
    }

    /** Looks again when the first of the lines may ask. */
    private void wake() {
        long delay;
        synchronized (this) {
            OptionalLong next = lines.values().stream()
                    .mapToLong(line -> line.notBeforeNanos)
                    .reduce((one, other) -> one - other < 0 ? one : other);
            if (next.isEmpty()
                    || asking
                    || (wakesNanos.isPresent() && wakesNanos.getAsLong() - next.getAsLong() <= 0)) {
                return;
            }
            wakesNanos = next;
            delay = Math.max(SOON_NANOS, next.getAsLong() - loop.nanoTime());
        }
        loop.schedule(Duration.ofNanos(delay), () -> {
            synchronized (this) {
                wakesNanos = OptionalLong.empty();
                if (asking) {
                    return;
                }
                asking = true;
            }
            round(new HashSet<>());
        });
    }

    /**
     * Lets the firsts of the lines ask, one after the other.
     *
     * @param refused the lines that have been told to wait on
     */
    private void round(Set<Line> refused) {
        Optional<Waiter> next;
        synchronized (this) {
            next = next(refused);
            asking = next.isPresent();
        }
        if (next.isEmpty()) {
            wake();
            return;
        }
        Waiter waiter = next.get();
        waiter.asking().ask().onComplete(asked -> {
            if (asked.failed()) {
                end(waiter, () -> waiter.turn().fail(asked.cause()));
            } else if (asked.result() instanceof AdmissionDecision.Admitted admitted) {
                admitted(waiter, admitted);
            } else {
                refused(waiter, (AdmissionDecision.Rejected) asked.result(), refused);
            }
            loop.defer(() -> round(refused));
        });
    }

    private Optional<Waiter> next(Set<Line> refused) {
        long now = loop.nanoTime() + SOON_NANOS;
        return lines.values().stream()
                .filter(line -> line.notBeforeNanos - now <= 0 && !refused.contains(line))
                .map(line -> line.waiters.getFirst())
                .min(Comparator.<Waiter, Criticality>comparing(waiter -> waiter.share().criticality)
                        .thenComparingDouble(waiter -> waiter.share().counter())
                        .thenComparing(waiter -> waiter.line().name));
    }

    private void refused(Waiter waiter, AdmissionDecision.Rejected rejected, Set<Line> refused) {
        if (rejected.retryAfter().isEmpty()) { // never
            end(waiter, () -> waiter.turn().complete(rejected));
            return;
        }
        synchronized (this) {
            refused.add(waiter.line());
            waiter.line().last = rejected;
            waiter.line().notBeforeNanos =
                    loop.nanoTime() + rejected.retryAfter().get().toNanos();
        }
    }

    private void admitted(Waiter waiter, AdmissionDecision.Admitted admitted) {
        AdmissionLease lease = usage -> {
            admitted.lease().settle(usage);
            settle(waiter.share(), usage);
        };
        boolean waits;
        synchronized (this) {
            waits = waiter.line().waiters.contains(waiter);
            if (waits) {
                boolean contended = lines.values().stream()
                        .anyMatch(
                                line -> !line.waiters.getFirst().share().tenant.equals(waiter.share().tenant));
                shares.served(waiter.share(), contended);
                remove(waiter);
            }
        }
        if (waits) {
            waiter.turn().complete(new AdmissionDecision.Admitted(lease, admitted.limits()));
        } else {
            admitted.lease().settle(TokenUsage.NONE); // it has left meanwhile
        }
    }

    private synchronized void settle(Share share, TokenUsage usage) {
        shares.settle(share, Share.cost(usage));
    }

    private void end(Waiter waiter, Runnable told) {
        boolean waits;
        synchronized (this) {
            waits = remove(waiter);
        }
        if (waits) {
            told.run();
        }
    }

    /** How many wait. */
    synchronized int waiting() {
        return size;
    }
}
