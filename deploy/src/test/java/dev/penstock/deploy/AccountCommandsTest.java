package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.ConfigLoader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock keys} and {@code penstock tenants} against a running gateway. */
@Timeout(120)
final class AccountCommandsTest {
    @TempDir
    static Path directory;

    private static GatewayProcess gateway;
    private static Path adminKey;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeAll
    static void begin() throws Exception {
        NewKey admin = NewKey.generate("ops", Optional.empty(), new SecureRandom());
        adminKey = Files.writeString(directory.resolve("admin.key"), admin.key() + "\n");
        gateway = GatewayProcess.start(ConfigLoader.system()
                .parse(
                        "test.yaml",
                        """
                        listener: {port: 0}
                        admin: {port: 0}
                        process: {event-loops: 1}
                        store: {directory: %s}
                        auth: {mode: keys, admin-keys: ["%s"]}
                        """.formatted(directory.resolve("data"), admin.hash()),
                        directory,
                        GatewayConfig.class)
                .orThrow());
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    private int run(String... args) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--admin", gateway.adminEndpoint().toString(), "--admin-key-file", adminKey.toString()));
        return PenstockCommand.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }

    @Test
    void tenantsProjectsAndKeys() {
        assertEquals(0, run("tenants", "new", "acme", "--weight", "2.5"), err::toString);
        assertEquals(0, run("tenants", "new", "acme/web"), err::toString);
        assertEquals(0, run("tenants", "list"), err::toString);
        assertTrue(
                out.toString().matches("(?s)tenant  +weight  projects +source\\R.*acme +2.5 +web +store\\R.*"),
                out.toString());
        assertEquals(
                0,
                run(
                        "keys",
                        "new",
                        "team-a",
                        "--tenant",
                        "acme",
                        "--project",
                        "web",
                        "--models",
                        "llama-8b, org/n",
                        "--tag",
                        "who=us",
                        "--set",
                        "limits=[{requests: 600, per: 1m}]"),
                err::toString);
        assertTrue(out.toString().startsWith("The key, shown this once:"), out.toString());
        assertTrue(out.toString().contains("  sk-pen-team-a-"), out.toString());

        assertEquals(0, run("keys", "update", "team-a", "--networks", "10.0.0.0/8", "--set", "tags="), err::toString);
        assertEquals(0, run("keys", "show", "team-a"), err::toString);
        String shown = out.toString();
        assertTrue(shown.matches("(?s).*models +llama-8b,org/n\\R.*"), shown);
        assertTrue(shown.contains("[{\"requests\":600,\"per\":\"1m\"}]"), shown);
        assertTrue(shown.contains("10.0.0.0/8"), shown);
        assertFalse(shown.contains("who") || shown.contains("sk-pen-"), shown);

        assertEquals(0, run("keys", "rotate", "team-a", "--overlap", "0s"), err::toString);
        assertTrue(out.toString().contains("  sk-pen-team-a-"), out.toString());
        assertEquals(0, run("keys", "revoke", "team-a"), err::toString);
        assertEquals("key team-a is revoked", out.toString().strip());
        assertEquals(0, run("keys", "list"), err::toString);
        assertTrue(
                out.toString().matches("(?s)key .*team-a +revoked +acme +web +llama-8b,org/n +never +store\\R.*"),
                out.toString());
        assertEquals(0, run("keys", "list", "--json"), err::toString);
        assertTrue(out.toString().stripLeading().startsWith("{"), out.toString());
    }

    @Test
    void whatIsRefusedIsSaidByItsField() {
        assertEquals(2, run("keys", "new", "b", "--expires", "soon"));
        assertTrue(err.toString().startsWith("penstock: expires: soon (expected: a UTC instant"), err::toString);
        assertEquals(2, run("keys", "new", "b", "--set", "criticality"));
        assertTrue(err.toString().startsWith("penstock: --set: criticality (expected: NAME=YAML"), err::toString);
        assertEquals(2, run("keys", "show", "nobody"));
        assertEquals("penstock: key nobody: there is none", err.toString().strip());
        assertEquals(2, run("tenants", "new", "no/web"));
        assertEquals("penstock: tenant no: there is none", err.toString().strip());
    }

    @Test
    void withoutTheAdminKeyNothingIsTold() {
        int code = PenstockCommand.execute(
                new PrintWriter(out),
                new PrintWriter(err),
                "keys",
                "list",
                "--admin",
                gateway.adminEndpoint().toString());
        assertEquals(2, code);
        assertTrue(err.toString().startsWith("penstock: no admin key, or a wrong one"), err::toString);
    }
}
