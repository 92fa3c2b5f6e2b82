package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PenstockCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return PenstockCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void helpNamesCommandsExamplesAndExitCodes() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("Usage: penstock"), out::toString);
        assertTrue(out.toString().contains("Exit codes:"), out::toString);
        assertTrue(out.toString().contains("Examples:"), out::toString);
    }

    @Test
    void versionNamesTheJava() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("penstock "), out::toString);
        assertTrue(out.toString().contains("(Java " + Runtime.version()), out::toString);
    }

    @Test
    void anUnknownOptionIsBadUsage() {
        assertEquals(2, run("--no-such-option"));
        assertTrue(err.toString().contains("--no-such-option"), err::toString);
    }

    @Test
    void noCommandIsBadUsage() {
        assertEquals(2, run());
        assertTrue(err.toString().startsWith("penstock: Missing required subcommand"), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    @Test
    void configCheckTellsAWorkersFileFromAGateways(@TempDir Path directory) throws IOException {
        var gateway = Files.writeString(directory.resolve("gateway.yaml"), "listener: {port: 8000}\n");
        var worker = Files.writeString(directory.resolve("worker.yaml"), "models: [{path: models/a}]\n");
        assertEquals(0, run("config", "check", "-c", gateway.toString()), err::toString);
        assertEquals(0, run("config", "check", "-c", worker.toString()), err::toString);
        assertEquals(
                List.of(gateway + ": valid, for a gateway", worker + ": valid, for a worker"),
                out.toString().lines().toList());
    }

    @Test
    void configCheckSaysEveryFaultWithItsLine(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("bad.yaml"), "listener:\n  port: 99999\nadmn: {}\n");
        assertEquals(2, run("config", "check", "--of", "gateway", "-c", file.toString()));
        var lines = err.toString().lines().toList();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("penstock: " + file + ":2:"), lines::toString);
        assertTrue(lines.getLast().startsWith("penstock: " + file + ":3:"), lines::toString);
    }

    @Test
    void aNewKeyIsValidInAConfiguration(@TempDir Path directory) throws IOException {
        assertEquals(0, run("keys", "hash", "team-a"));
        var printed = out.toString();
        assertTrue(printed.contains("sk-pen-team-a-"), printed);
        var item = printed.substring(printed.indexOf("  - id:"));
        var file =
                Files.writeString(directory.resolve("gateway.yaml"), "auth:\n  mode: keys\n  keys:\n" + item.indent(2));
        assertEquals(0, run("config", "check", "-c", file.toString()), err::toString);
    }

    @Test
    void aKeyWithABadIdIsBadUsage() {
        assertEquals(2, run("keys", "hash", "Team A"));
        assertTrue(err.toString().startsWith("penstock: id: \"Team A\""), err::toString);
    }

    @Test
    void aFaultThatCannotBeUnderstoodIsBadUsage() {
        assertEquals(2, run("faults", "proxy", "--target", "127.0.0.1:1", "--delay", "soon"));
        assertEquals(
                "penstock: --delay: soon (expected: a duration such as 250ms, 20s or 5m)",
                err.toString().strip());
        assertEquals(2, run("faults", "proxy", "--target", "nowhere"));
        assertTrue(err.toString().contains("penstock: --target: nowhere (expected: host:port"), err::toString);
    }
}
