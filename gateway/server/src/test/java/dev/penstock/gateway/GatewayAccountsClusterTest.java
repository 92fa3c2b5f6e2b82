package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways, and whose the store is. */
@Timeout(180)
final class GatewayAccountsClusterTest {
    private static final long WITHIN_NANOS = 5_000_000_000L;

    @TempDir
    private Path directory;

    private GatewayRig rig;

    @BeforeEach
    void begin() throws Exception {
        rig = new GatewayRig(directory);
    }

    @AfterEach
    void end() {
        rig.close();
    }

    private String store(String name, String url) {
        return "store: {directory: " + directory.resolve(name)
                + (url.isEmpty() ? "" : ", url: '" + url + "', user: postgres") + "}\nauth: {mode: keys}\n";
    }

    private void becomes(String what, GatewayProcess gateway, String key, int status) throws Exception {
        long began = System.nanoTime();
        Eventually.await(what, () -> rig.chat(gateway, key, "m").statusCode() == status);
        long took = System.nanoTime() - began;
        System.out.println(what + ": " + took / 1_000_000 + " ms");
        assertTrue(took < WITHIN_NANOS, what + " took " + took / 1_000_000 + " ms (expected: less than 5 s)");
    }

    @Test
    void aChangeHoldsOnEveryGatewayWithinFiveSeconds() throws Exception {
        String url = PostgresServer.database();
        GatewayProcess first = rig.start(store("a", url));
        GatewayProcess second = rig.start(store("b", url));
        String key = rig.newKey(first, "{\"id\":\"k\",\"models\":[\"m\"]}");
        assertEquals(200, rig.chat(first, key, "m").statusCode(), "at once where it was made");
        becomes("a new key elsewhere", second, key, 200);

        String next = rig.told(rig.admin(second, "POST", "/admin/keys/k/rotate", "{\"overlap\":\"0s\"}"))
                .path("key")
                .asText();
        becomes("a rotated key's end elsewhere", first, key, 401);
        assertEquals(200, rig.chat(first, next, "m").statusCode());

        rig.admin(first, "PATCH", "/admin/keys/k", "{\"expires\":\"2020-01-01T00:00:00Z\"}");
        becomes("an expiry elsewhere", second, next, 401);
        rig.admin(first, "PATCH", "/admin/keys/k", "{\"expires\":null}");
        becomes("its end elsewhere", second, next, 200);

        rig.admin(first, "POST", "/admin/keys/k/revoke", "");
        assertEquals(401, rig.chat(first, next, "m").statusCode(), "at once where it was revoked");
        becomes("a revocation elsewhere", second, next, 401);
    }

    @Test
    void theLastSnapshotServesWithoutTheStoreAndAcrossARestart() throws Exception {
        String url = PostgresServer.database();
        GatewayProcess gateway = rig.start(store("a", url));
        String key = rig.newKey(gateway, "{\"id\":\"k\",\"models\":[\"m\"]}");
        Path kept = directory.resolve("a/accounts.json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
        assertFalse(Files.readString(kept).contains(key), "the key itself");
        String database = PostgresServer.nameOf(url);
        PostgresServer.execute("postgres", "alter database " + database + " allow_connections false");
        PostgresServer.execute(
                "postgres",
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");
        assertEquals(200, rig.chat(gateway, key, "m").statusCode());
        assertEquals(
                503,
                rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"other\"}").statusCode());
        rig.stop(gateway);
        GatewayProcess again = rig.start(store("a", url));
        assertEquals(200, rig.chat(again, key, "m").statusCode(), "as it was kept");
        PostgresServer.execute("postgres", "alter database " + database + " allow_connections true");
        Eventually.await(
                "the store to be followed again",
                () -> rig.admin(again, "POST", "/admin/keys/k/revoke", "").statusCode() == 200);
        assertEquals(401, rig.chat(again, key, "m").statusCode());
    }

    @Test
    void aChangedAuditIsTold() throws Exception {
        String url = PostgresServer.database();
        GatewayProcess gateway = rig.start(store("a", url));
        rig.newKey(gateway, "{\"id\":\"k\",\"models\":[\"m\"]}");
        rig.admin(gateway, "PATCH", "/admin/keys/k", "{\"models\":[\"*\"]}");
        JsonNode whole = rig.told(rig.admin(gateway, "GET", "/admin/audit", ""));
        assertTrue(whole.path("whole").asBoolean(), whole.toString());
        assertEquals("key.update", whole.path("records").path(0).path("action").asText(), "the newest first: " + whole);
        assertEquals("local", whole.path("records").path(0).path("actor").asText());
        PostgresServer.execute(
                PostgresServer.nameOf(url), "update audit set actor = 'somebody' where action = 'key.create'");
        JsonNode broken = rig.told(rig.admin(gateway, "GET", "/admin/audit", ""));
        assertFalse(broken.path("whole").asBoolean(true), broken.toString());
        long seq = 0;
        for (JsonNode record : broken.path("records")) {
            seq = record.path("action").asText().equals("key.create")
                    ? record.path("seq").asLong()
                    : seq;
        }
        assertEquals(seq, broken.path("broken-at").asLong());
    }

    @Test
    void aRowThatDoesNotFitIsLeftOutAlone() throws Exception {
        String url = PostgresServer.database();
        GatewayProcess gateway = rig.start(store("a", url));
        String good = rig.newKey(gateway, "{\"id\":\"good\",\"models\":[\"m\"]}");
        String bad = rig.newKey(gateway, "{\"id\":\"bad\",\"models\":[\"m\"]}");
        String database = PostgresServer.nameOf(url);
        PostgresServer.execute(database, "update api_key set settings = '{\"models\": 7}' where id = 'bad'");
        PostgresServer.execute(database, "update accounts_revision set revision = revision + 1");
        becomes("a row that does not fit", gateway, bad, 401);
        assertEquals(200, rig.chat(gateway, good, "m").statusCode());
    }

    @Test
    void aStoreOfOnesOwnWithKeysIsNotThatOfACluster() throws Exception {
        GatewayProcess alone = rig.start(store("b", ""));
        rig.newKey(alone, "{\"id\":\"k\"}");
        rig.stop(alone);
        GatewayProcess first = rig.start(rig.cluster() + "auth: {mode: keys}\n");
        GatewayStartException refused =
                assertThrows(GatewayStartException.class, () -> rig.start(rig.cluster() + store("b", "")));
        assertTrue(refused.getMessage().startsWith("store: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("\"k\""), refused.getMessage());
        assertTrue(refused.getMessage().contains("`store.url`"), refused.getMessage());
        assertEquals(404, rig.admin(first, "GET", "/admin/keys", "").statusCode());
    }

    @Test
    void hardBudgetsNeedAStoreThatIsShared() throws Exception {
        rig.start(rig.cluster() + "auth: {mode: keys}\n");
        String budget = "auth: {mode: keys, tenants: [{id: acme, budgets: [{usd: 5}]}]}\n";
        String own = "store: {directory: " + directory.resolve("c") + "}\n";
        GatewayStartException refused =
                assertThrows(GatewayStartException.class, () -> rig.start(rig.cluster() + own + budget));
        assertTrue(refused.getMessage().contains("tenant \"acme\" has a hard budget"), refused.getMessage());
        assertTrue(refused.getMessage().contains("`store.url`"), refused.getMessage());
        rig.start(rig.cluster() + own + budget.replace("usd: 5", "usd: 5, hard: false"));
    }

    @Test
    void whatOthersWouldNotLearnOfIsNotMade() throws Exception {
        GatewayProcess first = rig.start(rig.cluster() + store("a", ""));
        rig.start(rig.cluster() + store("b", ""));
        Eventually.await(
                "two gateways",
                () -> rig.admin(first, "GET", "/pool", "").body().contains("\"members\" : 2"));
        JsonNode error = rig.told(rig.admin(first, "POST", "/admin/keys", "{\"id\":\"k\"}"));
        assertTrue(error.path("error").path("message").asText().contains("`store.url`"), error.toString());
    }
}
