package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitMode;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What may run at once in a whole cluster, as this gateway uses it. It holds places on a lease: those in use and, of a
 * {@code leased} limit, a few more while many are free. One claim is under way at a time and says what is wanted
 * altogether; requests that come meanwhile are told by the next. A gateway that dies holds its places until its lease ends.
 *
 * <p>Where the cluster is split, there are so many places as are this side's share. Where it does not answer, those held go
 * on until the lease ends, and then this gateway's share.
 *
 * <p>Thread safe.
 */
final class SharedSlots implements Limiter {
    /** How long places are held without a word. */
    static final Duration LEASE = Duration.ofSeconds(3);

    private static final long RENEW_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long AWAY_NANOS = Duration.ofSeconds(1).toNanos();

    private final SharedLimits cluster;
    private final TimeMeter clock;
    private final String name;
    private volatile Limit limit;

    private final Object lock = new Object();
    // Guarded by `lock`.
    private long inUse;
    private long held;
    private long left;
    private long heldUntilNanos;
    private long claimedNanos;
    private long awayUntilNanos;
    private boolean claiming;
    private List<Waiting> waiting = new ArrayList<>();

    private record Waiting(long amount, Promise<ConsumptionProbe> promise) {}

    /** An answer to give once the lock is free: who hears it may take or give back elsewhere. */
    private record Answer(Promise<ConsumptionProbe> to, ConsumptionProbe probe) {}

    SharedSlots(Limit limit, SharedLimits cluster, TimeMeter clock) {
        this.limit = limit;
        Limit.Identity identity = limit.identity();
        this.name = identity.level() + ":" + identity.of() + ":" + identity.unit() + ":" + identity.model();
        this.cluster = cluster;
        this.clock = clock;
        long now = clock.currentTimeNanos();
        heldUntilNanos = now;
        claimedNanos = now;
        awayUntilNanos = now;
    }

    /** The same places, of which there are more or fewer. */
    SharedSlots changed(Limit to) {
        limit = to;
        return this;
    }

    @Override
    public Limit limit() {
        return limit;
    }

    @Override
    public Future<ConsumptionProbe> take(long amount) {
        Promise<ConsumptionProbe> promise = Promise.promise();
        synchronized (lock) {
            long now = clock.currentTimeNanos();
            if (waiting.isEmpty() && inUse + amount <= usable(now)) {
                return Future.succeededFuture(taken(amount));
            }
            if (now - awayUntilNanos < 0) {
                return Future.succeededFuture(byItself(now, amount));
            }
            waiting.add(new Waiting(amount, promise));
        }
        claim();
        return promise.future();
    }

    /** Under the lock. */
    private long usable(long now) {
        return now - heldUntilNanos < 0 ? held : 0;
    }

    /** Under the lock. */
    private ConsumptionProbe taken(long amount) {
        inUse += amount;
        return ConsumptionProbe.consumed(Math.max(0, held - inUse + left), 0);
    }

    /** Under the lock. */
    private ConsumptionProbe byItself(long now, long amount) {
        long share = limit.capacity() / Math.max(1, cluster.known());
        return inUse + amount <= Math.max(share, usable(now)) ? taken(amount) : refusal();
    }

    private static ConsumptionProbe refusal() {
        return ConsumptionProbe.rejected(0, LocalSlots.RETRY_NANOS, LocalSlots.RETRY_NANOS);
    }

    /** Says what is wanted altogether, unless that is being said: then again afterwards. */
    private void claim() {
        long used;
        long wanted;
        int round;
        long now;
        synchronized (lock) {
            if (claiming) {
                return;
            }
            claiming = true;
            now = clock.currentTimeNanos();
            used = inUse;
            round = waiting.size();
            wanted = inUse
                    + spare(now)
                    + waiting.stream().mapToLong(Waiting::amount).sum();
            claimedNanos = now;
            held = Math.min(held, wanted); // others may have the rest as soon as this is said
        }
        cluster.claim(name, most(), used, wanted, LEASE).onComplete(ended -> {
            List<Answer> answers = new ArrayList<>();
            boolean again;
            synchronized (lock) {
                claiming = false;
                if (ended.succeeded()) {
                    held = ended.result().held();
                    left = ended.result().left();
                    heldUntilNanos = now + LEASE.toNanos();
                } else {
                    awayUntilNanos = clock.currentTimeNanos() + AWAY_NANOS;
                }
                answer(round, ended.succeeded(), answers);
                again = !waiting.isEmpty() || tooMany();
            }
            answers.forEach(answer -> answer.to().complete(answer.probe()));
            if (again && ended.succeeded()) {
                claim();
            } else if (again) {
                refuseAll();
            }
        });
    }

    /** Under the lock. */
    private void answer(int round, boolean told, List<Answer> answers) {
        long now = clock.currentTimeNanos();
        for (Waiting one : waiting.subList(0, round)) {
            ConsumptionProbe probe;
            if (!told) {
                probe = byItself(now, one.amount());
            } else {
                probe = inUse + one.amount() <= held ? taken(one.amount()) : refusal();
            }
            answers.add(new Answer(one.promise(), probe));
        }
        waiting = new ArrayList<>(waiting.subList(round, waiting.size()));
    }

    /** The cluster is away: whoever came meanwhile is told so too. */
    private void refuseAll() {
        List<Answer> answers = new ArrayList<>();
        synchronized (lock) {
            answer(waiting.size(), false, answers);
        }
        answers.forEach(answer -> answer.to().complete(answer.probe()));
    }

    private long most() {
        long here = Math.max(1, cluster.gateways());
        return limit.capacity() * here / Math.max(here, cluster.known());
    }

    /** Under the lock. How many to hold beyond those in use: none where few are left, or nobody has asked for a while. */
    private long spare(long now) {
        boolean idle = inUse == 0 && waiting.isEmpty() && now - claimedNanos >= RENEW_NANOS;
        if (limit.config().mode() == LimitMode.EXACT || idle) {
            return 0;
        }
        return Math.min(inUse / 4 + 1, (left + held - Math.min(inUse, held)) / (4L * Math.max(1, cluster.gateways())));
    }

    /** Under the lock. */
    private boolean tooMany() {
        return held > inUse && held - inUse > 2 * spare(claimedNanos);
    }

    @Override
    public void giveBack(long amount) {
        boolean more;
        synchronized (lock) {
            inUse -= amount;
            more = tooMany() && clock.currentTimeNanos() - awayUntilNanos >= 0;
        }
        if (more) {
            claim();
        }
    }

    @Override
    public void debit(long amount) {
        synchronized (lock) {
            inUse += amount;
        }
    }

    @Override
    public long left() {
        synchronized (lock) {
            return Math.max(0, held - inUse + left);
        }
    }

    @Override
    public long waitNanos(long amount) {
        synchronized (lock) {
            // Before the first claim nothing is known, and most are free.
            boolean unheard = held == 0 && left == 0 && inUse == 0;
            return unheard || held - inUse + left >= amount ? 0 : LocalSlots.RETRY_NANOS;
        }
    }

    @Override
    public void tick() {
        boolean due;
        synchronized (lock) {
            due = (held > 0 || inUse > 0) && clock.currentTimeNanos() - claimedNanos >= RENEW_NANOS;
        }
        if (due) {
            claim();
        }
    }

    @Override
    public Future<Void> close() {
        long used;
        synchronized (lock) {
            if (held == 0) {
                return Future.succeededFuture();
            }
            used = inUse;
        }
        return cluster.claim(name, most(), used, used, LEASE).mapEmpty();
    }
}
