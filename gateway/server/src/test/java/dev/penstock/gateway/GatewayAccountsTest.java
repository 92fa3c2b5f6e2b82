package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.gateway.tenancy.NewKey;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tenants, projects and keys by the admin listener. */
@Timeout(120)
final class GatewayAccountsTest {
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

    private GatewayProcess start(String more) throws Exception {
        return rig.start("store: {directory: " + directory.resolve("data") + "}\n" + more);
    }

    private JsonNode done(int status, HttpResponse<String> answer) throws Exception {
        assertEquals(status, answer.statusCode(), answer.body());
        return rig.told(answer);
    }

    @Test
    void aKeysLife() throws Exception {
        GatewayProcess gateway = start("auth: {mode: keys, pepper: 'env:PEPPER'}\n");
        done(201, rig.admin(gateway, "POST", "/admin/tenants", "{\"id\":\"acme\",\"weight\":2}"));
        done(201, rig.admin(gateway, "POST", "/admin/tenants/acme/projects", "{\"id\":\"web\"}"));
        JsonNode made = done(
                201,
                rig.admin(
                        gateway,
                        "POST",
                        "/admin/keys",
                        "{\"id\":\"team-a\",\"tenant\":\"acme\",\"project\":\"web\",\"models\":[\"m\"],\"tags\":{\"who\":\"Zoë\"}}"));
        String key = made.path("key").asText();
        assertTrue(key.matches("sk-pen-team-a-[a-z2-7]{52}"), key);
        assertEquals(200, rig.chat(gateway, key, "m").statusCode());

        JsonNode told = done(200, rig.admin(gateway, "GET", "/admin/keys/team-a", ""));
        assertEquals("active", told.path("status").asText());
        assertEquals("Zoë", told.path("tags").path("who").asText());
        assertFalse(told.has("key") || told.has("hash") || told.has("hashes"), told.toString());

        done(
                200,
                rig.admin(gateway, "PATCH", "/admin/keys/team-a", "{\"models\":[\"n\"],\"criticality\":\"critical\"}"));
        assertEquals(404, rig.chat(gateway, key, "m").statusCode());
        assertEquals(200, rig.chat(gateway, key, "n").statusCode());
        done(200, rig.admin(gateway, "PATCH", "/admin/keys/team-a", "{\"criticality\":null}"));
        told = done(200, rig.admin(gateway, "GET", "/admin/keys/team-a", ""));
        assertFalse(told.has("criticality"), told.toString());
        assertTrue(told.has("models"), told.toString());
        done(200, rig.admin(gateway, "PUT", "/admin/keys/team-a", "{\"models\":[\"*\"]}"));
        assertFalse(
                done(200, rig.admin(gateway, "GET", "/admin/keys/team-a", "")).has("tags"));

        JsonNode rotated = done(200, rig.admin(gateway, "POST", "/admin/keys/team-a/rotate", "{\"overlap\":\"10m\"}"));
        String next = rotated.path("key").asText();
        assertNotEquals(key, next);
        assertTrue(rotated.has("previous-until"), rotated.toString());
        assertEquals(200, rig.chat(gateway, key, "m").statusCode());
        assertEquals(200, rig.chat(gateway, next, "m").statusCode());

        done(200, rig.admin(gateway, "DELETE", "/admin/keys/team-a", ""));
        assertEquals(401, rig.chat(gateway, key, "m").statusCode());
        assertEquals(401, rig.chat(gateway, next, "m").statusCode());
        assertEquals(
                "revoked",
                done(200, rig.admin(gateway, "GET", "/admin/keys/team-a", ""))
                        .path("status")
                        .asText());
        done(
                409,
                rig.admin(
                        gateway, "POST", "/admin/keys", "{\"id\":\"team-a\",\"tenant\":\"acme\",\"project\":\"web\"}"));
        done(409, rig.admin(gateway, "POST", "/admin/keys/team-a/rotate", "{}"));
    }

    @Test
    void keysOutliveTheGateway() throws Exception {
        String auth = "auth: {mode: keys}\n";
        GatewayProcess first = start(auth);
        String key = rig.newKey(first, "{\"id\":\"k\",\"models\":[\"m\"]}");
        rig.stop(first);
        GatewayProcess second = start(auth);
        assertEquals(200, rig.chat(second, key, "m").statusCode(), "known when it is ready");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST  | /admin/keys                 | {"id":"A"}                                | 400 | id     | id: "A" (expected: 1 to 64 lower-case
            POST  | /admin/keys                 | {}                                        | 400 | id     | id: ""
            POST  | /admin/keys                 | {"id":7}                                  | 400 | id     | id: no text
            POST  | /admin/keys                 | {"id":"a","modles":["m"]}                 | 400 | ''     | unknown key `modles` (did you mean `models`?)
            POST  | /admin/keys                 | {"id":"a","models":"m"}                   | 400 | models | models: a single value (expected: a list
            POST  | /admin/keys                 | {"id":"a","expires":"tomorrow"}           | 400 | expires | expires: tomorrow (expected: a UTC instant
            POST  | /admin/keys                 | {"id":"a","networks":["10.0.0.0/99"]}     | 400 | networks | (expected:
            POST  | /admin/keys                 | {"id":"a","hash":"sha256:00"}             | 400 | hash   | hash: not to be given here
            POST  | /admin/keys                 | {"id":"a","limits":[{"requests":-1}]}     | 400 | limits[0].requests | limits[0].requests: -1 (expected:
            POST  | /admin/keys                 | {"id":"a","tenant":"nobody"}              | 404 | null   | there is none
            POST  | /admin/keys                 | {"id":"a","id":"b"}                       | 400 | null   | not valid JSON at line 1
            POST  | /admin/keys                 | [1]                                       | 400 | null   | no object
            POST  | /admin/keys                 | {"id":"fixed"}                            | 409 | null   | stands in the configuration
            POST  | /admin/keys/fixed/revoke    | {}                                        | 409 | null   | stands in the configuration
            POST  | /admin/keys/nobody/rotate   | {}                                        | 404 | null   | key nobody: there is none
            POST  | /admin/keys/there/rotate    | {"overlap":"1y"}                          | 400 | overlap | overlap: 1y (expected: a duration
            POST  | /admin/keys/there/rotate    | {"overlp":"1h"}                           | 400 | overlp | overlp: not to be given here
            PATCH | /admin/keys/there           | {"tenant":"other"}                        | 400 | tenant | tenant: "other" (expected: "default"
            PATCH | /admin/keys/there           | {"endpoints":["chatt"]}                   | 400 | endpoints[0] | endpoints[0]: chatt (expected:
            POST  | /admin/tenants              | {"id":"a","projects":[]}                  | 400 | projects | projects: not to be given here
            POST  | /admin/tenants              | {"id":"a","weight":0}                     | 400 | weight | weight: 0 (expected:
            POST  | /admin/tenants/no/projects  | {"id":"a"}                                | 404 | null   | tenant no: there is none
            PUT   | /admin/tenants/no           | {}                                        | 404 | null   | tenant no: there is none
            GET   | /admin/audit?limit=0        | ''                                        | 400 | limit  | limit: not a number
            GET   | /admin/keys/nobody          | ''                                        | 404 | null   | key nobody: there is none
            """)
    void badInputIsRefusedByItsFieldAndNothingIsStored(
            String method, String path, String body, int status, String field, String message) throws Exception {
        NewKey fixed = NewKey.generate("fixed", Optional.empty(), new SecureRandom());
        GatewayProcess gateway = start("auth: {mode: keys, keys: [{id: fixed, hash: '" + fixed.hash() + "'}]}\n");
        rig.newKey(gateway, "{\"id\":\"there\"}");
        String before = rig.admin(gateway, "GET", "/admin/audit", "").body();
        JsonNode error = done(status, rig.admin(gateway, method, path, body)).path("error");
        assertTrue(error.path("message").asText().contains(message), error.toString());
        if (!field.isEmpty()) {
            assertEquals(field, error.path("param").asText(), error.toString());
        }
        assertEquals(before, rig.admin(gateway, "GET", "/admin/audit", "").body());
    }

    @Test
    void whatIsNotJsonOrTooLargeOrOfABrowserIsRefused() throws Exception {
        GatewayProcess gateway = start("auth: {mode: keys}\n");
        done(415, rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"a\"}", "content-type", "text/plain"));
        done(403, rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"a\"}", "origin", "http://127.0.0.1:9090"));
        String large = "{\"id\":\"a\",\"tags\":{\"t\":\"" + "x".repeat(300_000) + "\"}}";
        assertEquals(413, rig.admin(gateway, "POST", "/admin/keys", large).statusCode());
        assertEquals(405, rig.admin(gateway, "DELETE", "/admin/keys", "").statusCode());
        assertEquals(
                0,
                rig.told(rig.admin(gateway, "GET", "/admin/keys", ""))
                        .path("keys")
                        .size());
    }

    @Test
    void withAdminKeysAccountsAreForThemAlone() throws Exception {
        NewKey admin = NewKey.generate("ops", Optional.empty(), new SecureRandom());
        NewKey other = NewKey.generate("ops", Optional.empty(), new SecureRandom());
        GatewayProcess gateway = start("auth: {mode: keys, admin-keys: ['" + admin.hash() + "']}\n");
        String body = "{\"id\":\"a\",\"models\":[\"*\"]}";
        done(401, rig.admin(gateway, "POST", "/admin/keys", body));
        done(401, rig.admin(gateway, "POST", "/admin/keys", body, "authorization", "Bearer " + other.key()));
        done(401, rig.admin(gateway, "GET", "/admin/keys", ""));
        done(401, rig.admin(gateway, "GET", "/admin/audit", ""));
        done(201, rig.admin(gateway, "POST", "/admin/keys", body, "authorization", "Bearer " + admin.key()));
        JsonNode audit = done(
                200, rig.admin(gateway, "GET", "/admin/audit?limit=1", "", "authorization", "Bearer " + admin.key()));
        assertEquals("ops", audit.path("records").path(0).path("actor").asText());
        assertEquals(401, rig.chat(gateway, admin.key(), "m").statusCode(), "no key for models");
    }

    @Test
    void whereOthersReachTheListenerAccountsNeedAdminKeys() throws Exception {
        GatewayProcess gateway = start("admin: {host: 0.0.0.0, port: 0}\nauth: {mode: keys}\n");
        JsonNode error = done(403, rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"a\"}"));
        assertTrue(error.path("error").path("message").asText().contains("auth.admin-keys"), error.toString());
        done(403, rig.admin(gateway, "GET", "/admin/keys", ""));
        assertEquals(200, rig.admin(gateway, "GET", "/pool", "").statusCode());
    }

    @Test
    void withoutAStoreThereAreNone() throws Exception {
        GatewayProcess gateway = rig.start("auth: {mode: keys}\n");
        JsonNode error = done(404, rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"a\"}"));
        assertTrue(error.path("error").path("message").asText().contains("`store`"), error.toString());
    }

    @Test
    void whatTheConfigurationSaysGoesBeforeTheStore() throws Exception {
        GatewayProcess first = start("auth: {mode: keys}\n");
        String stored = rig.newKey(first, "{\"id\":\"both\",\"models\":[\"*\"]}");
        rig.stop(first);
        NewKey fixed = NewKey.generate("both", Optional.empty(), new SecureRandom());
        GatewayProcess second =
                start("auth: {mode: keys, keys: [{id: both, hash: '" + fixed.hash() + "', models: [m]}]}\n");
        assertEquals(200, rig.chat(second, fixed.key(), "m").statusCode());
        assertEquals(401, rig.chat(second, stored, "m").statusCode());
        JsonNode keys = rig.told(rig.admin(second, "GET", "/admin/keys", "")).path("keys");
        assertEquals(1, keys.size());
        assertEquals("configuration", keys.path(0).path("source").asText());
    }

    @Test
    void anotherProcessOnTheSameStoreIsToldSo() throws Exception {
        start("auth: {mode: keys}\n");
        GatewayStartException refused = assertThrows(GatewayStartException.class, () -> start("auth: {mode: keys}\n"));
        assertTrue(refused.getMessage().startsWith("store.directory: "), refused.getMessage());
        assertTrue(refused.getMessage().contains("in use by another process"), refused.getMessage());
    }
}
