package dev.penstock.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jdbi.v3.core.Handle;

/**
 * Leases of budgets: whoever spends takes some of a budget first, and spends no more than that. What is granted and neither
 * settled nor given back counts as spent, so that a gateway that is never heard of again cannot have spent what another
 * spends too. So at any moment {@code settled + held by open leases <= limit}, but for what settled requests cost more than
 * was reserved for them.
 *
 * <p>Amounts are whole numbers of whatever the budget is of: billionths of a dollar, or tokens.
 */
public final class Budgets {
    private final Database database;
    private final InstantSource clock;

    /** The budgets of a store. */
    public Budgets(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A part of a budget that one gateway may spend.
     *
     * @param id of that gateway's making, used for no other
     * @param starts of the period
     * @param node the gateway
     */
    public record Lease(String id, String budget, Instant starts, String node) {}

    /**
     * How a budget stands in a period.
     *
     * @param settled what was spent for certain
     * @param held by leases that are open: may have been spent
     */
    public record Standing(long settled, long held) {
        /** What is neither, of that limit; may be below 0. */
        public long left(long limit) {
            return limit - settled - held;
        }
    }

    /**
     * How a lease stands, and its budget with it.
     *
     * @param granted all that was granted and not given back
     * @param settled what of it is in the ledger; may be more
     */
    public record Holding(long granted, long settled, Standing standing) {}

    /**
     * A period of a budget.
     *
     * @param starts when it began
     */
    public record Period(String budget, Instant starts, Standing standing) {}

    /**
     * Takes some of a budget, gives some back, or looks. A lease that is not known is begun, with nothing; so whoever could
     * not tell whether a change was made asks again, and is told what it has.
     *
     * @param limit of the whole period
     * @param change given what is left, by how much to change what is granted; no more than that is granted, and of what is
     *     settled nothing is taken back
     * @throws StoreException.Conflict where the lease is closed
     */
    public Holding hold(Lease lease, long limit, LongUnaryOperator change) {
        Timestamp period = Timestamp.from(lease.starts());
        return database.write(handle -> {
            begin(handle, lease.budget(), period);
            lock(handle, lease.budget(), period);
            Database.changed(
                    handle,
                    "insert into spending_lease (id, budget, starts_at, node, granted, settled, granted_at)"
                            + " values (?, ?, ?, ?, 0, 0, ?) on conflict do nothing",
                    lease.id(),
                    lease.budget(),
                    period,
                    lease.node(),
                    Timestamp.from(clock.instant()));
            Holding before = holding(handle, lease);
            long left = Math.max(0, before.standing().left(limit));
            long least = Math.min(0, before.settled() - before.granted());
            long by = Math.clamp(change.applyAsLong(left), least, left);
            if (by == 0) {
                return before;
            }
            Database.changed(handle, "update spending_lease set granted = granted + ? where id = ?", by, lease.id());
            return holding(handle, lease);
        });
    }

    private static void begin(Handle handle, String budget, Timestamp period) {
        Database.changed(
                handle,
                "insert into budget_period (budget, starts_at, settled) values (?, ?, 0) on conflict do nothing",
                budget,
                period);
    }

    /** One grant or settlement of a period at a time. */
    private static void lock(Handle handle, String budget, Timestamp period) {
        handle.select("select settled from budget_period where budget = ? and starts_at = ? for update", budget, period)
                .mapTo(Long.class)
                .findOne();
    }

    private static Holding holding(Handle handle, Lease lease) {
        Standing standing = standing(handle, lease.budget(), Timestamp.from(lease.starts()));
        return handle.select(
                        "select granted, settled from spending_lease where id = ? and closed_at is null", lease.id())
                .map((row, context) -> new Holding(row.getLong(1), row.getLong(2), standing))
                .findOne()
                .orElseThrow(() -> new StoreException.Conflict("lease " + lease.id() + ": closed"));
    }

    private static Standing standing(Handle handle, String budget, Timestamp period) {
        long settled = handle.select(
                        "select settled from budget_period where budget = ? and starts_at = ?", budget, period)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
        long held = handle.select(
                        "select coalesce(sum(case when granted > settled then granted - settled else 0 end), 0)"
                                + " from spending_lease where budget = ? and starts_at = ? and closed_at is null",
                        budget,
                        period)
                .mapTo(Long.class)
                .one();
        return new Standing(settled, held);
    }

    /** How a budget stands in a period. */
    public Standing standing(String budget, Instant starts) {
        return database.read(handle -> standing(handle, budget, Timestamp.from(starts)));
    }

    /** How every budget stands that was spent of in the period that began then. */
    public List<Period> periods(Instant starts) {
        return database.read(handle -> handle.select(
                        "select p.budget, p.settled, coalesce((select sum(case when l.granted > l.settled then"
                                + " l.granted - l.settled else 0 end) from spending_lease l where l.budget = p.budget"
                                + " and l.starts_at = p.starts_at and l.closed_at is null), 0)"
                                + " from budget_period p where p.starts_at = ? order by p.budget",
                        Timestamp.from(starts))
                .map((row, context) ->
                        new Period(row.getString(1), starts, new Standing(row.getLong(2), row.getLong(3))))
                .list());
    }

    /**
     * In the transaction of the entries that say so. What was spent of a lease counts, also when it is closed by now; a
     * lease that nobody knows is of a store that was made anew.
     *
     * @param drawn by lease, or by what {@link LedgerEntry.Draw#of} names
     */
    static void settle(Handle handle, Map<String, Long> drawn) {
        record Key(String budget, Instant starts) implements Comparable<Key> {
            @Override
            public int compareTo(Key other) {
                int byName = budget.compareTo(other.budget);
                return byName == 0 ? starts.compareTo(other.starts) : byName;
            }
        }
        // In one order everywhere, and the period before its leases as a grant does, or two gateways wait for each
        // other.
        Map<Key, Long> periods = new TreeMap<>();
        drawn.forEach((lease, amount) -> LedgerEntry.Draw.period(lease)
                .map(unleased -> {
                    begin(handle, unleased.budget(), Timestamp.from(unleased.starts()));
                    return new Key(unleased.budget(), unleased.starts());
                })
                .or(() -> handle.select("select budget, starts_at from spending_lease where id = ?", lease)
                        .map((row, context) ->
                                new Key(row.getString(1), row.getTimestamp(2).toInstant()))
                        .findOne())
                .ifPresent(key -> periods.merge(key, amount, Math::addExact)));
        periods.forEach((key, amount) -> Database.changed(
                handle,
                "update budget_period set settled = settled + ? where budget = ? and starts_at = ?",
                amount,
                key.budget(),
                Timestamp.from(key.starts())));
        drawn.forEach((lease, amount) -> Database.changed(
                handle, "update spending_lease set settled = settled + ? where id = ?", amount, lease));
    }

    /**
     * Gives back what is left of a lease. To be called when everything that was spent of it is in the ledger; what comes
     * later counts all the same. To close one that is closed, or was never begun, changes nothing.
     */
    public void close(String lease) {
        database.write(handle -> Database.changed(
                handle,
                "update spending_lease set closed_at = ? where id = ? and closed_at is null",
                Timestamp.from(clock.instant()),
                lease));
    }

    /** The leases that a gateway has not given back: after it died, what its journal is to settle, and then to close. */
    public List<Lease> open(String node) {
        return database.read(handle -> handle.select(
                        "select id, budget, starts_at from spending_lease"
                                + " where node = ? and closed_at is null order by granted_at, id",
                        node)
                .map((row, context) -> new Lease(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant(), node))
                .list());
    }

    /**
     * A share of a budget was reached: whether it is this gateway's to tell. One gateway has it at a time; where that does
     * not say within the time given that it is {@linkplain #told told}, another may.
     *
     * @param share in hundredths of a per cent
     * @param since those that are claimed and not told may be had if they were claimed before
     */
    public boolean claimAlert(String budget, Instant starts, int share, String node, Instant since) {
        Timestamp period = Timestamp.from(starts);
        Timestamp now = Timestamp.from(clock.instant());
        return database.write(handle -> Database.changed(
                                handle,
                                "insert into budget_alert (budget, starts_at, share, node, claimed_at)"
                                        + " values (?, ?, ?, ?, ?) on conflict do nothing",
                                budget,
                                period,
                                share,
                                node,
                                now)
                        == 1
                || Database.changed(
                                handle,
                                "update budget_alert set node = ?, claimed_at = ? where budget = ? and starts_at = ?"
                                        + " and share = ? and told_at is null and claimed_at < ?",
                                node,
                                now,
                                budget,
                                period,
                                share,
                                Timestamp.from(since))
                        == 1);
    }

    /** An alert that was claimed needs no more telling. */
    public void told(String budget, Instant starts, int share) {
        database.write(handle -> Database.changed(
                handle,
                "update budget_alert set told_at = ? where budget = ? and starts_at = ? and share = ?",
                Timestamp.from(clock.instant()),
                budget,
                Timestamp.from(starts),
                share));
    }
}
