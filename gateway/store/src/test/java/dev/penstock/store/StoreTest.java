package dev.penstock.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.UUID;
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

    private record Granted(Budgets.Lease lease, long amount) {
        String id() {
            return lease.id();
        }
    }

    private static Granted grant(Budgets budgets, Instant starts, long limit, String node, long want) {
        Budgets.Lease lease = new Budgets.Lease(UUID.randomUUID().toString(), "b", starts, node);
        return new Granted(lease, budgets.hold(lease, limit, left -> want).granted());
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aBudgetIsNeverLentTwice(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Budgets budgets = new Budgets(database, clock);
            Ledger ledger = new Ledger(database);
            Granted first = grant(budgets, MONTH, 100, "n1", 60);
            Granted second = grant(budgets, MONTH, 100, "n2", 60);
            assertEquals(60, first.amount());
            assertEquals(40, second.amount());
            Granted none = grant(budgets, MONTH, 100, "n3", 1);
            assertEquals(0, none.amount());
            assertEquals(1, grant(budgets, MONTH.plusSeconds(1), 100, "n4", 1).amount(), "another period");

            LedgerEntry spent = entry("a", "acme", NOW, OptionalLong.of(25), new LedgerEntry.Draw(first.id(), 25));
            ledger.append(List.of(spent));
            ledger.append(List.of(spent));
            assertEquals(new Budgets.Standing(25, 75), budgets.standing("b", MONTH));
            budgets.close(first.id());
            budgets.close(first.id());
            assertEquals(new Budgets.Standing(25, 40), budgets.standing("b", MONTH));
            assertEquals(35, grant(budgets, MONTH, 100, "n3", 99).amount());

            // What a dead node's journal brings later counts too, though its lease was closed.
            ledger.append(List.of(entry("b", "acme", NOW, OptionalLong.of(5), new LedgerEntry.Draw(first.id(), 5))));
            assertEquals(30, budgets.standing("b", MONTH).settled());
            assertEquals(List.of(second.lease()), budgets.open("n2"));
            assertEquals(List.of(), budgets.open("n1"));
            assertThrows(StoreException.Conflict.class, () -> budgets.hold(first.lease(), 100, left -> 1));
            assertEquals(List.of(new Budgets.Period("b", MONTH, new Budgets.Standing(30, 75))), budgets.periods(MONTH));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aLeaseGrowsAndShrinksAndIsToldWhatItHas(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Budgets budgets = new Budgets(database, clock);
            Granted lease = grant(budgets, MONTH, 100, "n1", 30);
            assertEquals(50, budgets.hold(lease.lease(), 100, left -> 20).granted());
            // As whoever could not tell whether that was done asks.
            assertEquals(
                    new Budgets.Holding(50, 0, new Budgets.Standing(0, 50)),
                    budgets.hold(lease.lease(), 100, left -> 0));
            assertEquals(10, budgets.hold(lease.lease(), 100, left -> -40).granted());
            new Ledger(database)
                    .append(List.of(entry("a", "acme", NOW, OptionalLong.of(7), new LedgerEntry.Draw(lease.id(), 7))));
            // What is settled cannot be given back, and what is left is all that can be had.
            assertEquals(
                    new Budgets.Holding(7, 7, new Budgets.Standing(7, 0)),
                    budgets.hold(lease.lease(), 100, left -> Long.MIN_VALUE / 2));
            assertEquals(
                    100,
                    budgets.hold(lease.lease(), 100, left -> {
                                assertEquals(93, left);
                                return Long.MAX_VALUE;
                            })
                            .granted());
            // A limit that was lowered takes nothing back, and grants nothing.
            assertEquals(100, budgets.hold(lease.lease(), 50, left -> left + 1).granted());
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void whatNobodyIsRefusedForIsCountedWithoutALease(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            LedgerEntry entry = entry(
                    "a",
                    "acme",
                    NOW,
                    OptionalLong.of(7),
                    LedgerEntry.Draw.of("key:a usd", MONTH, 7),
                    LedgerEntry.Draw.of("tenant:b usd", MONTH, 8));
            assertEquals(entry, LedgerCodec.decode(LedgerCodec.encode(entry)));
            new Ledger(database).append(List.of(entry));
            new Ledger(database).append(List.of(entry, entry("b", "acme", NOW, OptionalLong.of(1))));
            Budgets budgets = new Budgets(database, clock);
            assertEquals(new Budgets.Standing(7, 0), budgets.standing("key:a usd", MONTH));
            assertEquals(new Budgets.Standing(8, 0), budgets.standing("tenant:b usd", MONTH));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void anAlertIsOneGatewaysToTell(Stores kind) {
        try (Database database = kind.fresh(directory).open()) {
            Budgets budgets = new Budgets(database, clock);
            assertTrue(budgets.claimAlert("b", MONTH, 8_000, "n1", NOW.minusSeconds(60)));
            assertFalse(budgets.claimAlert("b", MONTH, 8_000, "n2", NOW.minusSeconds(60)));
            assertTrue(budgets.claimAlert("b", MONTH, 10_000, "n2", NOW.minusSeconds(60)));
            Budgets later = new Budgets(database, InstantSource.fixed(NOW.plusSeconds(90)));
            assertTrue(later.claimAlert("b", MONTH, 8_000, "n3", NOW.plusSeconds(30)), "n1 said nothing for too long");
            later.told("b", MONTH, 8_000);
            assertFalse(later.claimAlert("b", MONTH, 8_000, "n1", NOW.plusSeconds(1_000_000)));
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
                    for (Granted lease = grant(budgets, MONTH, limit, node, 1 + random.nextInt(900));
                            lease.amount() > 0;
                            lease = grant(budgets, MONTH, limit, node, 1 + random.nextInt(900))) {
                        long used = random.nextLong(lease.amount() + 1);
                        ledger.append(List.of(entry(
                                node + "-" + requests++,
                                "acme",
                                NOW,
                                OptionalLong.of(used),
                                new LedgerEntry.Draw(lease.id(), used))));
                        budgets.close(lease.id());
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

    /** Whoever settles many budgets at once takes them in one order. */
    @ParameterizedTest
    @EnumSource(Stores.class)
    void manyThatSettleTheSameBudgetsDoNotWaitForEachOther(Stores kind) throws Exception {
        int nodes = 4;
        int budgetCount = 12;
        long rounds = 20;
        try (Database database = kind.fresh(directory).open();
                ExecutorService executor = Executors.newFixedThreadPool(nodes)) {
            Budgets budgets = new Budgets(database, clock);
            List<Callable<Integer>> work = new ArrayList<>();
            for (int n = 0; n < nodes; n++) {
                int node = n;
                work.add(() -> {
                    List<LedgerEntry.Draw> draws = new ArrayList<>();
                    for (int b = 0; b < budgetCount; b++) {
                        // Ids in an order of this node's own.
                        String id = (b * 7 + node * 5) % budgetCount + "-" + node + "-" + b;
                        budgets.hold(new Budgets.Lease(id, "b" + b, MONTH, "n" + node), 1_000_000, left -> 100);
                        draws.add(new LedgerEntry.Draw(id, 1));
                    }
                    int written = 0;
                    for (int r = 0; r < rounds; r++) {
                        written += new Ledger(database)
                                .append(List.of(entry(
                                        node + "-" + r,
                                        "acme",
                                        NOW,
                                        OptionalLong.of(1),
                                        draws.toArray(LedgerEntry.Draw[]::new))));
                    }
                    return written;
                });
            }
            for (Future<Integer> written : executor.invokeAll(work)) {
                assertEquals(rounds, (long) written.get());
            }
            for (int b = 0; b < budgetCount; b++) {
                assertEquals(nodes * rounds, budgets.standing("b" + b, MONTH).settled());
            }
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
