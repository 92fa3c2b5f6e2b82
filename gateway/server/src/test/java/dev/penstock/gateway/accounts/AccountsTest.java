package dev.penstock.gateway.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.store.AccountRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows become configurations, and those one with the file's. */
final class AccountsTest {
    private static final Instant MADE = Instant.parse("2026-11-01T00:00:00Z");

    private static String hash(String digit) {
        return "sha256:" + digit.repeat(64);
    }

    private static AccountRows.Key key(String id, String settings, AccountRows.Hash... hashes) {
        return new AccountRows.Key(id, "acme", "web", settings, MADE, Optional.empty(), List.of(hashes));
    }

    private static AccountRows.Hash present(String digit) {
        return new AccountRows.Hash(hash(digit), Optional.empty());
    }

    private static AccountRows rows(String tenant, String project, AccountRows.Key... keys) {
        return new AccountRows(
                7,
                List.of(new AccountRows.Tenant("acme", tenant, MADE)),
                List.of(new AccountRows.Project("acme", "web", project, MADE)),
                List.of(keys));
    }

    @Test
    void rowsAreReadAsTheConfigurationWouldBe() {
        Instant end = MADE.plusSeconds(60);
        Accounts read = new AccountBinder()
                .bind(rows(
                        "{\"weight\": 2}",
                        "{\"constraints\": {\"data-class\": \"internal\"}}",
                        key(
                                "a",
                                "{\"models\": [\"m\"], \"tags\": {\"owner\": \"Zoë \\\"🐦\\\"\"}}",
                                new AccountRows.Hash(hash("1"), Optional.of(end)),
                                present("2"))));
        assertEquals(7, read.revision());
        assertEquals(2, read.tenants().getFirst().weight());
        assertEquals("web", read.tenants().getFirst().projects().getFirst().id());
        KeyConfig key = read.keys().getFirst();
        assertEquals("acme/web", key.tenant() + "/" + key.project());
        assertEquals(hash("2"), key.hash());
        assertEquals(hash("1"), key.previous().getFirst().hash());
        assertEquals(end, key.previous().getFirst().end());
        assertEquals("Zoë \"🐦\"", key.tags().get("owner"));
    }

    @Test
    void aRowThatDoesNotFitIsLeftOutAloneAndATenantWithItsKeys() {
        AccountBinder binder = new AccountBinder();
        AccountRows.Key good = key("good", "{}", present("1"));
        Accounts read = binder.bind(rows(
                "{}",
                "{}",
                good,
                key("bad", "{\"modles\": []}", present("2")),
                key("torn", "{", present("3")),
                key("none", "{}")));
        assertEquals(List.of("good"), read.keys().stream().map(KeyConfig::id).toList());
        assertEquals(
                List.of(), binder.bind(rows("{\"weight\": -1}", "{}", good)).keys());
        assertEquals(List.of(), binder.bind(rows("{}", "[]", good)).keys());
        assertEquals(1, binder.bind(rows("{}", "{}", good)).keys().size());
    }

    @Test
    void ofManySecretsThoseThatEndLastAreKept() {
        List<AccountRows.Hash> hashes = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            hashes.add(new AccountRows.Hash(hash("" + i), Optional.of(MADE.plusSeconds(i))));
        }
        hashes.add(present("7"));
        Accounts read =
                new AccountBinder().bind(rows("{}", "{}", key("a", "{}", hashes.toArray(AccountRows.Hash[]::new))));
        assertEquals(
                List.of(hash("6"), hash("5"), hash("4"), hash("3")),
                read.keys().getFirst().previous().stream()
                        .map(previous -> previous.hash())
                        .toList());
    }

    @Test
    void theConfigurationHoldsWhereBothHaveAName() {
        AuthConfig declared = Configs.auth("""
                mode: keys
                tenants: [{id: acme, weight: 3, projects: [{id: web}]}]
                keys: [{id: both, hash: '%s'}]
                """.formatted(hash("a")));
        Accounts stored = new AccountBinder()
                .bind(rows(
                        "{\"weight\": 2}",
                        "{}",
                        key("both", "{}", present("1")),
                        key("copy", "{}", present("a")),
                        key("mine", "{}", present("2")),
                        key("peppered", "{}", new AccountRows.Hash("hmac-" + hash("3"), Optional.empty()))));
        AuthConfig merged = new AccountMerge().of(declared, stored);
        assertEquals(
                List.of("both", "mine"),
                merged.keys().stream().map(KeyConfig::id).toList());
        assertEquals(hash("a"), merged.keys().getFirst().hash());
        TenantConfig tenant = merged.tenants().getFirst();
        assertEquals(3, tenant.weight());
        assertEquals(1, tenant.projects().size());
        assertEquals(1, merged.tenants().size());
    }

    @Test
    void whereNoKeysAreAskedForThereAreNone() {
        AuthConfig open = Configs.auth("mode: open");
        Accounts stored = new AccountBinder().bind(rows("{}", "{}", key("a", "{}", present("1"))));
        assertSame(open, new AccountMerge().of(open, stored));
    }

    @Test
    void whatIsKeptIsReadAgain(@TempDir Path directory) throws Exception {
        AccountFile file = new AccountFile(directory);
        assertEquals(Optional.empty(), file.load());
        AccountRows rows = rows(
                "{\"weight\":2}",
                "{}",
                key("a", "{\"tags\":{\"t\":\"ü\"}}", present("1"), new AccountRows.Hash(hash("2"), Optional.of(MADE))),
                new AccountRows.Key("b", "acme", "web", "{}", MADE, Optional.of(MADE), List.of()));
        file.save(rows);
        file.save(rows);
        assertEquals(Optional.of(rows), file.load());
        Path written = directory.resolve("accounts.json");
        String whole = Files.readString(written);
        Files.writeString(written, whole.substring(0, whole.length() / 2));
        assertEquals(Optional.empty(), file.load());
        assertTrue(Files.exists(written));
    }
}
