package dev.penstock.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
     * @param granted above 0
     */
    public record Lease(String id, String budget, Instant starts, long granted) {}

    /**
     * How a budget stands.
     *
     * @param settled what was spent for certain
     * @param held by leases that are open: may have been spent
     */
    public record Standing(long settled, long held) {}

    /**
     * Takes some of a budget.
     *
     * @param starts of the period
     * @param limit of the whole period
     * @param want the most to take, above 0
     * @return empty where nothing is left
     */
    public Optional<Lease> grant(String budget, Instant starts, long limit, String node, long want) {
        if (want <= 0) {
            throw new IllegalArgumentException("want: " + want + " (expected: > 0)");
        }
        Timestamp period = Timestamp.from(starts);
        return database.write(handle -> {
            Database.changed(
                    handle,
                    "insert into budget_period (budget, starts_at, settled) values (?, ?, 0) on conflict do nothing",
                    budget,
                    period);
            lock(handle, budget, period);
            Standing now = standing(handle, budget, period);
            long left = limit - now.settled() - now.held();
            if (left <= 0) {
                return Optional.empty();
            }
            Lease lease = new Lease(UUID.randomUUID().toString(), budget, starts, Math.min(want, left));
            Database.changed(
                    handle,
                    "insert into spending_lease (id, budget, starts_at, node, granted, settled, granted_at)"
                            + " values (?, ?, ?, ?, ?, 0, ?)",
                    lease.id(),
                    budget,
                    period,
                    node,
                    lease.granted(),
                    Timestamp.from(clock.instant()));
            return Optional.of(lease);
        });
    }

    /** One grant or settlement of a period at a time. */
    private static void lock(Handle handle, String budget, Timestamp period) {
        handle.select("select settled from budget_period where budget = ? and starts_at = ? for update", budget, period)
                .mapTo(Long.class)
                .findOne();
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

    /**
     * In the transaction of the entry that says so. What was spent of a lease counts, also when it is closed by now; a lease
     * that nobody knows is of a store that was made anew.
     */
    static void settle(Handle handle, String lease, long amount) {
        // The period first, as a grant does, or the two wait for each other.
        Database.changed(
                handle,
                "update budget_period set settled = settled + ? where (budget, starts_at) ="
                        + " (select budget, starts_at from spending_lease where id = ?)",
                amount,
                lease);
        Database.changed(handle, "update spending_lease set settled = settled + ? where id = ?", amount, lease);
    }

    /**
     * Gives back what is left of a lease. To be called when everything that was spent of it is in the ledger; what comes
     * later counts all the same. To close one that is closed changes nothing.
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
                        "select id, budget, starts_at, granted from spending_lease"
                                + " where node = ? and closed_at is null order by granted_at, id",
                        node)
                .map((row, context) -> new Lease(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant(), row.getLong(4)))
                .list());
    }
}
