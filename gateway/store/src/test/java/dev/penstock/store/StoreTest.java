package dev.penstock.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.store.Ledger.Dimension;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same of both databases. */
class StoreTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123456Z");
    private static final Instant MONTH = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    private Path directory;

    private final InstantSource clock = InstantSource.fixed(NOW);

    private static LedgerEntry entry(
            String id, String tenant, Instant at, OptionalLong usd, LedgerEntry.Draw... draws) {
        return new LedgerEntry(
                id,
                at,
                "node-1",
                "req-" + id,
                tenant,
                "web",
                "key-1",
                "chat",
                "assistant",
                "llama-8b",
                "gpu-1",
                "plant",
                "balanced",
                "",
                "ok",
                1,
                new LedgerEntry.Tokens(100, 40, 20, 5, false),
                usd,
                0,
                OptionalLong.of(1234),
                5678,
                List.of(draws));
    }

    private void account(AccountStore accounts) {
        accounts.createTenant("op", "acme", "{}");
        accounts.createProject("op", "acme", "web", "{}");
        accounts.createKey("op", "acme", "web", "key-1", "{\"models\":[\"*\"]}", "hash-1");
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void accountsComeBackAsTheyWereMade(Stores kind) {
        Stores.Opener opener = kind.fresh(directory);
        try (Database database = opener.open()) {
            AccountStore accounts = new AccountStore(database, clock);
            assertEquals(new AccountRows(0, List.of(), List.of(), List.of()), accounts.load());
            account(accounts);
            accounts.updateKey("op", "key-1", "{}");
            assertEquals(4, accounts.revision());
        }
        try (Database database = opener.open()) {
            AccountRows rows = new AccountStore(database, clock).load();
            assertEquals(4, rows.revision());
            assertEquals(List.of(new AccountRows.Tenant("acme", "{}", NOW)), rows.tenants());
            assertEquals(List.of(new AccountRows.Project("acme", "web", "{}", NOW)), rows.projects());
            assertEquals(
                    List.of(new AccountRows.Key(
                            "key-1",
                            "acme",
                            "web",
                            "{}",
                            NOW,
                            Optional.empty(),
                            List.of(new AccountRows.Hash("hash-1", Optional.empty())))),
                    rows.keys());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aRotatedKeyHasTwoSecretsForAWhileAndARevokedOneStaysRevoked(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            AccountStore accounts = new AccountStore(database, clock);
            account(accounts);
            Instant until = NOW.plusSeconds(60);
            accounts.rotateKey("op", "key-1", "hash-2", until);
            accounts.rotateKey("op", "key-1", "hash-3", until.plusSeconds(60));
            assertEquals(
                    List.of(
                            new AccountRows.Hash("hash-1", Optional.of(until)),
                            new AccountRows.Hash("hash-2", Optional.of(until.plusSeconds(60))),
                            new AccountRows.Hash("hash-3", Optional.empty())),
                    accounts.load().keys().getFirst().hashes());
            accounts.revokeKey("op", "key-1");
            assertEquals(Optional.of(NOW), accounts.load().keys().getFirst().revoked());
            new AccountStore(database, InstantSource.fixed(NOW.plusSeconds(9))).revokeKey("op", "key-1");
            assertEquals(Optional.of(NOW), accounts.load().keys().getFirst().revoked());
            assertThrows(StoreException.Missing.class, () -> accounts.rotateKey("op", "key-1", "hash-4", until));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void whatCannotBeDoneIsNamedAndLeavesNothing(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            AccountStore accounts = new AccountStore(database, clock);
            account(accounts);
            AccountRows before = accounts.load();
            refused(StoreException.Conflict.class, "tenant acme", () -> accounts.createTenant("op", "acme", "{}"));
            refused(
                    StoreException.Missing.class,
                    "tenant nobody",
                    () -> accounts.createProject("op", "nobody", "x", "{}"));
            refused(
                    StoreException.Missing.class,
                    "project acme/x",
                    () -> accounts.createKey("op", "acme", "x", "key-2", "{}", "hash-2"));
            refused(
                    StoreException.Conflict.class,
                    "key key-1",
                    () -> accounts.createKey("op", "acme", "web", "key-1", "{}", "hash-2"));
            refused(
                    StoreException.Conflict.class,
                    "key key-2",
                    () -> accounts.createKey("op", "acme", "web", "key-2", "{}", "hash-1"));
            refused(StoreException.Missing.class, "key key-9", () -> accounts.revokeKey("op", "key-9"));
            assertEquals(before, accounts.load());
            assertEquals(3, new AuditTrail(database).newest(10).size());
        }
    }

    private static void refused(Class<? extends StoreException> type, String names, Runnable work) {
        StoreException refusal = assertThrows(type, work::run);
        assertTrue(String.valueOf(refusal.getMessage()).contains(names), refusal.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void theAuditTrailShowsWhereItWasChanged(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            AccountStore accounts = new AccountStore(database, clock);
            account(accounts);
            accounts.revokeKey("op", "key-1");
            AuditTrail trail = new AuditTrail(database);
            assertEquals(
                    List.of("key.revoke", "key.create", "project.create", "tenant.create"),
                    trail.newest(10).stream().map(AuditRecord::action).toList());
            assertEquals(OptionalLong.empty(), trail.broken());
            database.write(handle -> Database.changed(handle, "update audit set actor = 'nobody' where seq = 2"));
            assertEquals(OptionalLong.of(2), trail.broken());
            database.write(handle -> Database.changed(handle, "update audit set actor = 'op' where seq = 2"));
            assertEquals(OptionalLong.empty(), trail.broken());
            database.write(handle -> Database.changed(handle, "delete from audit where seq = 3"));
            assertEquals(OptionalLong.of(3), trail.broken());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void changesFromEverywhereHaveOneOrder(Stores kind) throws Exception {
        try (Database database = kind.fresh(directory).open();
                ExecutorService executor = Executors.newFixedThreadPool(4)) {
            AccountStore accounts = new AccountStore(database, clock);
            account(accounts);
            List<Callable<Boolean>> changes = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String settings = "{\"n\":" + i + "}";
                changes.add(() -> {
                    accounts.updateTenant("op", "acme", settings);
                    return true;
                });
            }
            for (Future<Boolean> change : executor.invokeAll(changes)) {
                assertTrue(change.get());
            }
            assertEquals(27, accounts.revision());
            assertEquals(OptionalLong.empty(), new AuditTrail(database).broken());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void anEntryCountsOnceHoweverOftenItIsBrought(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Ledger ledger = new Ledger(database);
            LedgerEntry first = entry("a", "acme", NOW, OptionalLong.of(7_000_000_001L));
            LedgerEntry second = entry("b", "acme", NOW, OptionalLong.empty());
            assertEquals(2, ledger.append(List.of(first, second)));
            assertEquals(0, ledger.append(List.of(second, first)));
            assertEquals(1, ledger.append(List.of(first, entry("c", "other", NOW, OptionalLong.of(2)))));
            assertEquals(
                    List.of(new Ledger.Line(List.of(), 3, 300, 120, 60, 15, 7_000_000_003L, 0, 1)),
                    ledger.report(List.of(), MONTH, NOW.plusSeconds(1), 10));
            assertEquals(
                    0, ledger.report(List.of(Dimension.TENANT), MONTH, NOW, 10).size());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void reportsAreDividedAsAsked(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Ledger ledger = new Ledger(database);
            ledger.append(List.of(
                    entry("a", "acme", Instant.parse("2026-10-31T23:59:59.999Z"), OptionalLong.of(1)),
                    entry("b", "acme", Instant.parse("2026-11-01T00:00:00Z"), OptionalLong.of(2)),
                    entry("c", "acme", Instant.parse("2026-11-01T01:30:00Z"), OptionalLong.of(4)),
                    entry("d", "zeta", Instant.parse("2026-11-02T00:00:00Z"), OptionalLong.of(8))));
            assertEquals(List.of("[zeta] 8", "[acme] 7"), told(ledger, Dimension.TENANT));
            assertEquals(List.of("[2026-11] 14", "[2026-10] 1"), told(ledger, Dimension.MONTH));
            assertEquals(List.of("[2026-11-02] 8", "[2026-11-01] 6", "[2026-10-31] 1"), told(ledger, Dimension.DAY));
            assertEquals(
                    List.of(
                            "[2026-11-02T00:00Z, zeta] 8",
                            "[2026-11-01T01:00Z, acme] 4",
                            "[2026-11-01T00:00Z, acme] 2",
                            "[2026-10-31T23:00Z, acme] 1"),
                    told(ledger, Dimension.HOUR, Dimension.TENANT));
        }
    }

    private static List<String> told(Ledger ledger, Dimension... by) {
        return ledger.report(List.of(by), Instant.EPOCH, NOW.plusSeconds(1_000_000), 10).stream()
                .map(line -> line.group() + " " + line.nanoUsd())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aBudgetIsNeverLentTwice(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Budgets budgets = new Budgets(database, clock);
            Ledger ledger = new Ledger(database);
            Budgets.Lease first = budgets.grant("b", MONTH, 100, "n1", 60).orElseThrow();
            Budgets.Lease second = budgets.grant("b", MONTH, 100, "n2", 60).orElseThrow();
            assertEquals(60, first.granted());
            assertEquals(40, second.granted());
            assertEquals(Optional.empty(), budgets.grant("b", MONTH, 100, "n3", 1));
            assertTrue(budgets.grant("b", MONTH.plusSeconds(1), 100, "n3", 1).isPresent(), "another period");

            LedgerEntry spent = entry("a", "acme", NOW, OptionalLong.of(25), new LedgerEntry.Draw(first.id(), 25));
            ledger.append(List.of(spent));
            ledger.append(List.of(spent));
            assertEquals(new Budgets.Standing(25, 75), budgets.standing("b", MONTH));
            budgets.close(first.id());
            budgets.close(first.id());
            assertEquals(new Budgets.Standing(25, 40), budgets.standing("b", MONTH));
            assertEquals(
                    35, budgets.grant("b", MONTH, 100, "n3", 99).orElseThrow().granted());

            // What a dead node's journal brings later counts too, though its lease was closed.
            ledger.append(List.of(entry("b", "acme", NOW, OptionalLong.of(5), new LedgerEntry.Draw(first.id(), 5))));
            assertEquals(30, budgets.standing("b", MONTH).settled());
            assertEquals(List.of(second), budgets.open("n2"));
            assertEquals(List.of(), budgets.open("n1"));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void manyThatSpendAtOnceNeverSpendMore(Stores kind) throws Exception {
        long limit = 10_000;
        try (Database database = kind.fresh(directory).open();
                ExecutorService executor = Executors.newFixedThreadPool(4)) {
            Budgets budgets = new Budgets(database, clock);
            Ledger ledger = new Ledger(database);
            List<Callable<Long>> spenders = new ArrayList<>();
            for (int s = 0; s < 4; s++) {
                Random random = new Random(s);
                String node = "n" + s;
                spenders.add(() -> {
                    long spent = 0;
                    int requests = 0;
                    for (Optional<Budgets.Lease> lease =
                                    budgets.grant("b", MONTH, limit, node, 1 + random.nextInt(900));
                            lease.isPresent();
                            lease = budgets.grant("b", MONTH, limit, node, 1 + random.nextInt(900))) {
                        long used = random.nextLong(lease.get().granted() + 1);
                        ledger.append(List.of(entry(
                                node + "-" + requests++,
                                "acme",
                                NOW,
                                OptionalLong.of(used),
                                new LedgerEntry.Draw(lease.get().id(), used))));
                        budgets.close(lease.get().id());
                        spent += used;
                    }
                    return spent;
                });
            }
            long spent = 0;
            for (Future<Long> spender : executor.invokeAll(spenders)) {
                spent += spender.get();
            }
            assertEquals(new Budgets.Standing(spent, 0), budgets.standing("b", MONTH));
            assertTrue(spent > limit / 2 && spent <= limit, "spent " + spent);
            assertEquals(
                    spent,
                    ledger.report(List.of(), MONTH, NOW.plusSeconds(1), 1)
                            .getFirst()
                            .nanoUsd());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void severalMayHaveASharedOne(Stores kind) {
        Stores.Opener opener = kind.fresh(directory);
        try (Database first = opener.open()) {
            assertTrue(first.reachable());
            assertEquals(kind == Stores.POSTGRESQL, first.shared());
            if (first.shared()) {
                try (Database second = opener.open()) {
                    new AccountStore(first, clock).createTenant("op", "acme", "{}");
                    assertEquals(1, new AccountStore(second, clock).revision());
                }
            }
        }
    }
}
