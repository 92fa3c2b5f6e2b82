package dev.penstock.gateway.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.PostgresServer;
import dev.penstock.gateway.budget.SimulatedGateway.Flight;
import dev.penstock.gateway.config.BudgetConfig;
import dev.penstock.store.Budgets;
import dev.penstock.store.Budgets.Standing;
import dev.penstock.store.Database;
import dev.penstock.store.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three gateways over one store, 200 requests at once, on a clock of the test's own: gateways are killed and begin anew, the
 * store is away for all or for one of them, its answers are lost, clocks jump by an hour, and days pass. What is spent of
 * any period is never above its limit but for what requests cost more than was reserved for them; and when all is well
 * again, all of it can be spent, and the store's sums are those of what was really spent.
 */
@Timeout(300)
class BudgetSimulationTest {
    private static final int GATEWAYS = 3;
    private static final int AT_ONCE = 200;
    private static final int STEPS = 6_000;
    private static final Instant BEGIN = Instant.parse("2026-11-30T23:30:00Z");

    @TempDir
    private Path directory;

    private final List<SimulatedGateway> gateways = new ArrayList<>();
    private final SimulatedStore store = new SimulatedStore();
    private final Map<String, Long> spent = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> reserved = new TreeMap<>();
    private final List<Flight> flying = new ArrayList<>();
    private final List<Alert> alerts = new ArrayList<>();
    private long nowNanos = 5_000_000_000L;

    @ParameterizedTest
    @CsvSource({"h2, 1", "h2, 2", "postgresql, 3", "postgresql, 4", "postgresql, 5"})
    void whatIsSpentIsWithinTheLimitWhateverHappens(String kind, long seed) throws Exception {
        Random random = new Random(seed);
        try (Database database = open(kind)) {
            store.open(database, random, () -> BEGIN.plusNanos(nowNanos));
            for (int i = 0; i < GATEWAYS; i++) {
                gateways.add(new SimulatedGateway(
                        "node-" + i, store, () -> nowNanos, () -> BEGIN.plusNanos(nowNanos), alerts::add));
            }
            for (int step = 0; step < STEPS; step++) {
                act(random);
                check("seed " + seed + ", step " + step);
            }
            heal();
            useUp(random, "seed " + seed);
            settle(database, "seed " + seed);
        }
    }

    private Database open(String kind) {
        return kind.equals("h2")
                ? Database.inFile(directory.resolve("store"))
                : Database.postgresql(
                        PostgresServer.database(),
                        Optional.of(PostgresServer.USER),
                        Optional.empty(),
                        4,
                        Duration.ofSeconds(20));
    }

    private void act(Random random) throws Exception {
        SimulatedGateway gateway = gateways.get(random.nextInt(GATEWAYS));
        int dice = random.nextInt(1_000);
        if (dice < 450) {
            begin(gateway, random);
        } else if (dice < 800) {
            end(random);
        } else if (dice < 820) {
            gateway.bring(random);
        } else if (dice < 985) {
            pass(Duration.ofMillis(random.nextInt(400)));
        } else if (dice < 988) {
            flying.removeIf(flight -> {
                if (flight.gateway() == gateway) {
                    count(reserved, flight, -1);
                    return true;
                }
                return false;
            });
            gateway.kill();
        } else if (dice < 991) {
            gateway.jump(Duration.ofMinutes(random.nextInt(121) - 60));
        } else if (dice < 994) {
            store.cut(gateway.node(), random.nextBoolean());
        } else if (dice < 996) {
            store.down(random.nextInt(3) == 0);
        } else {
            pass(Duration.ofMinutes(random.nextInt(12)));
        }
    }

    private void pass(Duration time) throws Exception {
        nowNanos += time.toNanos();
        for (SimulatedGateway gateway : gateways) {
            gateway.step();
        }
    }

    private boolean begin(SimulatedGateway gateway, Random random) {
        if (flying.size() >= AT_ONCE) {
            return false;
        }
        long most = 1 + random.nextLong(SimulatedGateway.MOST);
        Optional<Flight> flight = gateway.begin(most);
        flight.ifPresent(begun -> {
            flying.add(begun);
            count(reserved, begun, 1);
        });
        return flight.isPresent();
    }

    /** Most cost less than was reserved, some more. */
    private void end(Random random) {
        if (flying.isEmpty()) {
            return;
        }
        Flight flight = flying.remove(random.nextInt(flying.size()));
        count(reserved, flight, -1);
        long most = flight.most();
        long cost = random.nextInt(20) == 0 ? most + random.nextLong(most / 4 + 1) : random.nextLong(most + 1);
        flight.gateway().end(flight, cost);
        flight.leases().forEach((lease, amount) -> {
            String period = store.period(lease);
            spent.merge(period, cost, Long::sum);
            errors.merge(period, Math.max(0, cost - most), Long::sum);
        });
    }

    private void count(Map<String, Long> in, Flight flight, int sign) {
        flight.leases().forEach((lease, amount) -> in.merge(store.period(lease), sign * flight.most(), Long::sum));
    }

    private void check(String when) {
        spent.forEach((period, amount) -> {
            long limit = store.limit(period);
            long may = amount + reserved.getOrDefault(period, 0L);
            assertTrue(
                    may <= limit + errors.getOrDefault(period, 0L),
                    () -> when + ": " + period + ": " + amount + " spent and " + reserved.get(period) + " reserved of "
                            + limit + ", errors " + errors.get(period));
        });
    }

    private void heal() throws Exception {
        store.down(false);
        for (SimulatedGateway gateway : gateways) {
            store.cut(gateway.node(), false);
            gateway.jump(Duration.ZERO);
        }
        store.honest();
        pass(Duration.ofDays(1)); // whatever was left of the day before does not matter
        while (!flying.isEmpty()) {
            end(new Random(1));
        }
        for (SimulatedGateway gateway : gateways) {
            gateway.bringAll();
        }
    }

    /** Requests come until nothing is left for the smallest: no more than one of them remains unspent. */
    private void useUp(Random random, String when) throws Exception {
        int refused = 0;
        for (int round = 0; refused < 400; round++) {
            assertTrue(round < 400_000, when + ": still spending");
            boolean begun = begin(gateways.get(random.nextInt(GATEWAYS)), random);
            refused = begun ? 0 : refused + 1;
            while (flying.size() > (begun ? 20 : 0)) {
                end(random);
            }
            if (!begun) {
                pass(Duration.ofMillis(300));
            } else if (round % 10 == 0) {
                pass(Duration.ofMillis(50));
            }
        }
        String today =
                SimulatedGateway.DAILY + " " + Periods.starts(BudgetConfig.Period.DAILY, BEGIN.plusNanos(nowNanos));
        long used = spent.getOrDefault(today, 0L);
        long limit = store.limit(today);
        assertTrue(limit - used < SimulatedGateway.MOST, when + ": " + used + " of " + limit + " could be used");
    }

    private void settle(Database database, String when) throws Exception {
        for (SimulatedGateway gateway : gateways) {
            gateway.bringAll();
        }
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(20));
        }
        Instant today = Periods.starts(BudgetConfig.Period.DAILY, BEGIN.plusNanos(nowNanos));
        for (int share : List.of(8_000, 10_000)) {
            Alert.Key key = new Alert.Key(SimulatedGateway.DAILY, today, share);
            assertEquals(
                    1,
                    alerts.stream().filter(alert -> alert.key().equals(key)).count(),
                    () -> when + ": " + key + " in " + alerts);
        }
        Budgets budgets = new Budgets(database, InstantSource.system());
        long all = 0;
        for (String period : spent.keySet()) {
            String budget = period.substring(0, period.lastIndexOf(' '));
            Instant starts = Instant.parse(period.substring(period.lastIndexOf(' ') + 1));
            assertEquals(new Standing(spent.get(period), 0), budgets.standing(budget, starts), when + ": " + period);
            all += budget.equals(SimulatedGateway.DAILY) ? spent.get(period) : 0;
        }
        assertEquals(
                all,
                new Ledger(database)
                        .report(List.of(), Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), 1)
                        .getFirst()
                        .nanoUsd(),
                when);
    }
}
