package dev.penstock.gateway.budget;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.gateway.pipeline.Spending.Draw;
import dev.penstock.gateway.pipeline.Spending.Reservation;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import dev.penstock.store.LedgerEntry;
import dev.penstock.store.StoreException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A gateway as far as it spends: its keeper of leases, what it runs, and a journal that outlives it. */
final class SimulatedGateway {
    /** The largest reservation, in billionths of a dollar; tokens cost one each. */
    static final int MOST = 1_000;

    static final String DAILY = "tenant:acme usd daily";

    private static final BudgetTable TABLE = BudgetTable.of(Configs.auth("""
            mode: keys
            tenants:
              - {id: acme, budgets: [{usd: 0.00015, period: daily}, {tokens: 3000000, period: total}]}
            keys:
              - id: k
                tenant: acme
                hash: "sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90"
                budgets: [{usd: 0.002, period: monthly}, {usd: 0.0000001, period: daily, hard: false}]
            """));
    private static final Principal PRINCIPAL = new Principal("k", "acme", "default", Set.of(), Constraints.NONE);
    private static final ModelId MODEL = new ModelId("m");
    private static final WorkerId WORKER = new WorkerId("w");
    private static final double NANOS = 1e9;

    private final String node;
    private final SimulatedStore store;
    private final LongSupplier nanoTime;
    private final Supplier<Instant> wall;
    private final AlertChannel told;
    private final List<LedgerEntry> journal = new ArrayList<>();
    private Duration ahead = Duration.ZERO;
    private int inherited;
    private LeaseKeeper keeper;
    private Spending spending;

    /** A request that runs; {@code leases}: those of hard budgets that it will draw on. */
    record Flight(SimulatedGateway gateway, Reservation reservation, long most, Map<String, Long> leases) {}

    SimulatedGateway(
            String node, SimulatedStore store, LongSupplier nanoTime, Supplier<Instant> wall, Consumer<Alert> alerts) {
        this.node = node;
        this.store = store;
        this.nanoTime = nanoTime;
        this.wall = wall;
        this.told = (alert, done) -> {
            alerts.accept(alert);
            done.accept(true);
        };
        this.keeper = keeper();
        this.spending = new BudgetSpending(keeper, NOWHERE, nanoTime);
    }

    private LeaseKeeper keeper() {
        InstantSource clock = () -> wall.get().plus(ahead);
        LeaseKeeper made = new LeaseKeeper(
                () -> store.treasury(node),
                () -> inherited <= 0,
                node,
                clock,
                nanoTime,
                new Alerts(told, node, clock, nanoTime));
        made.configure(TABLE);
        return made;
    }

    String node() {
        return node;
    }

    /** It ends without a word, and begins anew with its journal. */
    void kill() {
        inherited = journal.size();
        keeper = keeper();
        spending = new BudgetSpending(keeper, NOWHERE, nanoTime);
    }

    /** Its wall clock is wrong by so much from now on. */
    void jump(Duration by) {
        ahead = by;
    }

    void step() throws InterruptedException {
        keeper.step(Duration.ZERO);
    }

    Optional<Flight> begin(long most) {
        Map<String, Long> leases = new HashMap<>();
        return spending.tryReserve(PRINCIPAL, MODEL, new Spending.Most(most / NANOS, (double) most))
                .map(reservation -> {
                    TABLE.of(PRINCIPAL).stream()
                            .filter(Budget::hard)
                            .forEach(budget ->
                                    leases.put(keeper.purse(budget).lease().id(), most));
                    return new Flight(this, reservation, most, leases);
                });
    }

    void end(Flight flight, long cost) {
        List<Draw> draws = flight.reservation()
                .settle(Optional.of(
                        new Charge(WORKER, MODEL, new TokenUsage(cost, 0, 0, false), OptionalDouble.of(cost / NANOS))));
        journal.add(new LedgerEntry(
                UUID.randomUUID().toString(),
                wall.get(),
                node,
                "r",
                "acme",
                "default",
                "k",
                "chat",
                "m",
                "m",
                "w",
                "",
                "",
                "",
                "ok",
                1,
                new LedgerEntry.Tokens(cost, 0, 0, 0, false),
                OptionalLong.of(cost),
                0,
                OptionalLong.empty(),
                0,
                draws.stream()
                        .map(draw -> new LedgerEntry.Draw(draw.lease(), draw.amount()))
                        .toList()));
    }

    /** Some of the journal goes to the ledger, if the store is there. */
    void bring(Random random) {
        bring(Math.min(journal.size(), 1 + random.nextInt(60)));
    }

    void bringAll() {
        bring(journal.size());
    }

    private void bring(int entries) {
        List<LedgerEntry> batch = List.copyOf(journal.subList(0, entries));
        try {
            store.append(node, batch);
            journal.subList(0, entries).clear();
            inherited -= entries;
        } catch (StoreException.Unavailable away) {
            // They stay, and are brought again.
        }
    }

    /** Nobody waits in the simulation. */
    private static final Loop NOWHERE = new Loop() {
        @Override
        public long nanoTime() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void defer(Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor place() {
            return Runnable::run;
        }

        @Override
        public <T> Future<T> here(Future<T> future) {
            throw new UnsupportedOperationException();
        }
    };
}
