package dev.penstock.gateway.budget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.admin.BudgetReport;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.BudgetConfig;
import dev.penstock.gateway.config.BudgetsConfig;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.store.Budgets;
import dev.penstock.store.Budgets.Standing;
import dev.penstock.store.Database;
import dev.penstock.store.StoreException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The budgets of a gateway: what it may spend of them, who is told, and how they stand. */
public final class GatewayBudgets implements BudgetReport, AutoCloseable {
    private static final Standing NOTHING = new Standing(0, 0);

    private final Supplier<Optional<Database>> database;
    private final InstantSource clock;
    private final Alerts alerts;
    private final Webhook webhook;
    private final LeaseKeeper keeper;
    private final BudgetSpending spending;
    private volatile BudgetsConfig config;

    /**
     * Begins to keep leases.
     *
     * @param database empty where it was not reached yet
     * @param recovered whether all that an earlier run of this gateway left in its journal is in the ledger
     * @param node this gateway and no other, after every restart
     * @param nanoTime the process's monotonic clock
     */
    public GatewayBudgets(
            Vertx vertx,
            Supplier<Optional<Database>> database,
            BooleanSupplier recovered,
            String node,
            InstantSource clock,
            LongSupplier nanoTime,
            BudgetsConfig config) {
        this.database = database;
        this.clock = clock;
        this.config = config;
        this.webhook = new Webhook(vertx, () -> this.config);
        this.alerts = new Alerts(webhook, node, clock, nanoTime);
        this.keeper = new LeaseKeeper(
                () -> database.get().map(open -> Treasury.of(new Budgets(open, clock))),
                recovered,
                node,
                clock,
                nanoTime,
                alerts);
        this.spending = new BudgetSpending(keeper, Loop.of(vertx), nanoTime);
        keeper.start();
    }

    /** What requests spend from. */
    public Spending spending() {
        return spending;
    }

    /** Budgets are those of this configuration from now on; what was spent of those that stay counts. */
    public void configure(AuthConfig auth, BudgetsConfig told) {
        config = told;
        keeper.configure(BudgetTable.of(auth));
    }

    /** Alerts that were told. */
    public long alertsSent() {
        return alerts.sent();
    }

    /** Alerts that could not be told. */
    public long alertsFailed() {
        return alerts.failed();
    }

    private record Line(Budget budget, Instant starts, Standing standing) {
        double ratio() {
            return budget.limit() == 0 ? 1 : (double) standing.settled() / budget.limit();
        }
    }

    @Override
    public int report(ArrayNode to, int most) {
        Budgets store = database.get()
                .map(open -> new Budgets(open, clock))
                .orElseThrow(() -> new StoreException.Unavailable(
                        "the store has not been reached yet", new IOException("not open")));
        Instant now = clock.instant();
        Map<Instant, Map<String, Standing>> standings = new HashMap<>();
        for (BudgetConfig.Period period : BudgetConfig.Period.values()) {
            standings.computeIfAbsent(Periods.starts(period, now), starts -> standings(store, starts));
        }
        List<Budget> all = keeper.table().all();
        all.stream()
                .map(budget -> {
                    Instant starts = Periods.starts(budget.period(), now);
                    return new Line(
                            budget,
                            starts,
                            standings.getOrDefault(starts, Map.of()).getOrDefault(budget.id(), NOTHING));
                })
                .sorted(Comparator.comparingDouble(Line::ratio).reversed())
                .limit(most)
                .forEach(line -> put(to.addObject(), line));
        return all.size();
    }

    private static Map<String, Standing> standings(Budgets store, Instant starts) {
        Map<String, Standing> all = new HashMap<>();
        store.periods(starts).forEach(period -> all.put(period.budget(), period.standing()));
        return all;
    }

    private static void put(ObjectNode json, Line line) {
        Budget budget = line.budget();
        Standing standing = line.standing();
        json.put("budget", budget.id());
        BudgetJson.owner(json, budget);
        json.put("unit", budget.unit().label());
        json.put("period", Budget.label(budget.period()));
        json.put("starts", line.starts().toString());
        Periods.ends(budget.period(), line.starts()).ifPresent(ends -> json.put("ends", ends.toString()));
        json.put("hard", budget.hard());
        BudgetJson.amount(json, "limit", budget, budget.limit());
        BudgetJson.amount(json, "spent", budget, standing.settled());
        BudgetJson.amount(json, "held", budget, standing.held());
        BudgetJson.amount(json, "left", budget, Math.max(0, standing.left(budget.limit())));
    }

    /** Those of whose present periods this gateway knows how they stand, those first of which most is spent. */
    List<BudgetGauges.Row> known() {
        return java.util.stream.Stream.concat(
                        keeper.purses().stream()
                                .filter(Purse::known)
                                .map(purse -> new Line(purse.budget(), purse.starts(), purse.standing())),
                        keeper.tallies().stream()
                                .filter(Tally::known)
                                .map(tally -> new Line(tally.budget(), tally.starts(), tally.standing())))
                .filter(line ->
                        line.starts().equals(Periods.starts(line.budget().period(), clock.instant())))
                .sorted(Comparator.comparingDouble(Line::ratio).reversed())
                .limit(BudgetGauges.MOST)
                .map(line -> new BudgetGauges.Row(line.budget(), line.standing(), line.ratio()))
                .toList();
    }

    /** Gives back what can be given back; the rest when this gateway begins anew. */
    @Override
    public void close() {
        keeper.close();
        webhook.close();
    }
}
