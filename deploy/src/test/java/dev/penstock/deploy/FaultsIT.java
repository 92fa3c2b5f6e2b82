package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The fault matrix on the distribution: rows that a busy machine does not change the outcome of. */
@Timeout(300)
final class FaultsIT {
    private static final Path HOME = Path.of("target", "penstock-" + System.getProperty("penstock.version"))
            .toAbsolutePath();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    @Test
    void rowsAreTriedAndTold() throws Exception {
        var printed = directory.resolve("printed");
        var builder = new ProcessBuilder(
                        HOME.resolve("bin/penstock").toString(),
                        "faults",
                        "run",
                        "--quick",
                        "--seed=5",
                        "--row=gzip-bomb",
                        "--row=bombs",
                        "--output=" + directory.resolve("table"))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PENSTOCK_CACHE_DIR", "");
        builder.environment().remove("JAVA_OPTS");
        var run = builder.start();
        try {
            assertTrue(run.waitFor(240, TimeUnit.SECONDS), "it does not end");
            assertEquals(0, run.exitValue(), Files.readString(printed));
        } finally {
            run.destroy();
        }
        assertTrue(Files.readString(printed).contains("2 of 2 rows held"), Files.readString(printed));
        assertTrue(Files.readString(directory.resolve("table/faults.md")).contains("(`gzip-bomb`)"));
        var json = new ObjectMapper()
                .readTree(directory.resolve("table/faults.json").toFile());
        assertEquals(2, json.path("held").asInt());
        assertEquals(5, json.at("/rows/0/seed").asLong());
    }
}
