package dev.penstock.gateway.budget;

import dev.penstock.gateway.budget.Purse.Step;
import dev.penstock.store.Budgets.Lease;
import dev.penstock.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this gateway's leases: the one place that asks the store for them, on a thread of its own. What requests wait for is
 * asked at once; all else is looked at four times a second.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long SWEEP_NANOS = Duration.ofMillis(250).toNanos();
    private static final long FIRST_BACKOFF_NANOS = Duration.ofMillis(250).toNanos();
    private static final long MOST_BACKOFF_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long LEAVING_NANOS = Duration.ofSeconds(3).toNanos();

    private final Supplier<Optional<Treasury>> treasury;
    private final BooleanSupplier recovered;
    private final String node;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Alerts alerts;

    private final Map<Key, Purse> purses = new ConcurrentHashMap<>();
    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();
    private final BlockingQueue<Purse> urgent = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("budgets").daemon().unstarted(this::run);
    private volatile BudgetTable table = BudgetTable.EMPTY;
    private volatile boolean leaving;

    /** Of the thread. */
    private boolean inherited = true;

    private final Deque<String> closing = new ArrayDeque<>();

    private long sweptNanos;
    private boolean down;
    private long downNanos;
    private long backoffNanos;

    /** A budget in one of its periods. */
    private record Key(String budget, Instant starts) {}

    /**
     * A keeper.
     *
     * @param treasury empty where the store was not reached yet
     * @param recovered whether all that an earlier run of this gateway left in its journal is in the ledger
     * @param node this gateway, and no other, after every restart
     */
    LeaseKeeper(
            Supplier<Optional<Treasury>> treasury,
            BooleanSupplier recovered,
            String node,
            InstantSource clock,
            LongSupplier nanoTime,
            Alerts alerts) {
        this.treasury = treasury;
        this.recovered = recovered;
        this.node = node;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.alerts = alerts;
        this.sweptNanos = nanoTime.getAsLong() - SWEEP_NANOS;
    }

    void start() {
        thread.setUncaughtExceptionHandler((ended, defect) ->
                LOG.error("budgets are granted no more: what is not granted yet is refused from now on", defect));
        thread.start();
    }

    /** What is held now of a hard budget. */
    Purse purse(Budget budget) {
        Instant starts = Periods.starts(budget.period(), clock.instant());
        return purses.computeIfAbsent(
                new Key(budget.id(), starts), key -> new Purse(budget, starts, node, nanoTime.getAsLong()));
    }

    /** What is counted now of a soft budget. */
    Tally tally(Budget budget) {
        Instant starts = Periods.starts(budget.period(), clock.instant());
        return tallies.computeIfAbsent(
                new Key(budget.id(), starts), key -> new Tally(budget, starts, nanoTime.getAsLong()));
    }

    /** A request waits for the store to be asked of this. */
    void ask(Purse purse) {
        urgent.add(purse);
    }

    /** One that is retired makes room for another. */
    void forget(Purse purse) {
        purses.remove(new Key(purse.budget().id(), purse.starts()), purse);
    }

    /** Budgets are these from now on; of others nothing more is held. */
    void configure(BudgetTable now) {
        table = now;
        purses.values().forEach(purse -> now.byId(purse.budget().id()).ifPresent(purse::configured));
        tallies.values().forEach(tally -> now.byId(tally.budget().id()).ifPresent(tally::configured));
    }

    BudgetTable table() {
        return table;
    }

    Collection<Purse> purses() {
        return Collections.unmodifiableCollection(purses.values());
    }

    Collection<Tally> tallies() {
        return Collections.unmodifiableCollection(tallies.values());
    }

    private void run() {
        try {
            while (!leaving) {
                step(Duration.ofNanos(Math.max(0, sweptNanos + SWEEP_NANOS - nanoTime.getAsLong())));
            }
            long until = nanoTime.getAsLong() + LEAVING_NANOS;
            while (!(purses.isEmpty() && closing.isEmpty()) && nanoTime.getAsLong() - until < 0) {
                sweep(nanoTime.getAsLong());
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what requests wait for, and from time to time looks at everything. */
    void step(Duration patience) throws InterruptedException {
        Purse waiting = urgent.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        for (; waiting != null; waiting = urgent.poll()) {
            if (waiting.urgent()) {
                tend(waiting);
            }
        }
        long now = nanoTime.getAsLong();
        if (now - sweptNanos >= SWEEP_NANOS) {
            sweep(now);
        }
    }

    private void sweep(long now) {
        sweptNanos = now;
        Optional<Treasury> store = reachable(now);
        if (store.isPresent() && inherited && recovered.getAsBoolean()) {
            asked(() -> closeInherited(store.get()));
        }
        for (Purse purse : purses.values()) {
            tend(purse);
        }
        while (!closing.isEmpty()
                && reachable(now)
                        .map(open -> asked(() -> open.close(closing.getFirst())))
                        .orElse(false)) {
            closing.removeFirst();
        }
        for (Tally tally : tallies.values()) {
            tend(tally, now);
        }
        reachable(now).ifPresent(open -> asked(() -> alerts.settle(open)));
    }

    /** Those that this gateway had when it ended last: what was spent of them is in the ledger by now. */
    private void closeInherited(Treasury store) {
        Set<String> mine =
                purses.values().stream().map(purse -> purse.lease().id()).collect(Collectors.toSet());
        List<Lease> left = store.open(node).stream()
                .filter(lease -> !mine.contains(lease.id()))
                .toList();
        left.forEach(lease -> store.close(lease.id()));
        if (!left.isEmpty()) {
            LOG.info("{} spending leases of an earlier run are given back", left.size());
        }
        inherited = false;
    }

    /** The store, but for a while after it did not answer. */
    private Optional<Treasury> reachable(long now) {
        return down && now - downNanos < backoffNanos ? Optional.empty() : treasury.get();
    }

    /** Whether the store has answered. */
    private boolean asked(Runnable question) {
        try {
            question.run();
            if (down) {
                LOG.info("budgets are granted again: the store can be reached");
            }
            down = false;
            backoffNanos = 0;
            return true;
        } catch (StoreException.Unavailable away) {
            if (!down) {
                LOG.warn(
                        "budgets are spent from what is held, since the store cannot be reached: {}",
                        away.getMessage());
            }
            down = true;
            downNanos = nanoTime.getAsLong();
            backoffNanos = Math.clamp(backoffNanos * 2, FIRST_BACKOFF_NANOS, MOST_BACKOFF_NANOS);
            return false;
        }
    }

    private boolean current(Budget budget, Instant starts) {
        return table.byId(budget.id()).isPresent()
                && Periods.starts(budget.period(), clock.instant()).equals(starts);
    }

    private void tend(Purse purse) {
        long now = nanoTime.getAsLong();
        Budget budget = purse.budget();
        Optional<Treasury> store = reachable(now);
        if (store.isEmpty()) {
            if (down) {
                purse.failed(now);
            } // else it is only being opened, and requests may wait for that
            return;
        }
        switch (purse.step(current(budget, purse.starts()), leaving, now)) {
            case Step.Hold hold -> hold(purse, budget, store.get(), hold, now);
            case Step.Close close -> {
                forget(purse);
                closing.add(purse.lease().id());
            }
            case Step.Rest rest -> {}
        }
    }

    private void hold(Purse purse, Budget budget, Treasury store, Step.Hold hold, long now) {
        boolean answered = asked(() -> {
            try {
                purse.answered(store.hold(purse.lease(), budget.limit(), hold.change()), now);
            } catch (StoreException.Conflict closed) {
                // It was closed, and the answer was lost; nothing of it is left to spend.
                purse.retire();
                forget(purse);
            }
        });
        if (!answered) {
            purse.failed(nanoTime.getAsLong());
        } else if (purse.known()) {
            alerts.look(budget, purse.starts(), purse.standing(), purse.refused());
        }
    }

    private void tend(Tally tally, long now) {
        Budget budget = tally.budget();
        if (tally.retires(current(budget, tally.starts()), now)) {
            tallies.remove(new Key(budget.id(), tally.starts()), tally);
        } else if (tally.due(now)) {
            reachable(now)
                    .ifPresent(store -> asked(() -> {
                        tally.answered(store.standing(budget.id(), tally.starts()), now);
                        alerts.look(budget, tally.starts(), tally.standing(), false);
                    }));
        }
    }

    /** Gives back what can be given back, for three seconds at most. */
    @Override
    public void close() {
        leaving = true;
        try {
            thread.join(Duration.ofNanos(3 * LEAVING_NANOS));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
