package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class PenstockCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return PenstockCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
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
        assertTrue(err.toString().startsWith("Missing required subcommand"), err::toString);
    }
}
