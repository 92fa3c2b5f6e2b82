package dev.penstock.deploy.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Limits of three gateways as real processes; the figures are reported in target/limits.txt. */
@Timeout(600)
class LimitProcessesIT {
    private static final int SECONDS = 10;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    @Test
    void allTogetherAdmitWhatOneBucketWould() throws Exception {
        LimitScenario scenario = new LimitScenario();
        scenario.run(directory, SECONDS);

        Files.writeString(Files.createDirectories(Path.of("target")).resolve("limits.txt"), scenario.report());
        System.out.println(scenario.report());
        for (LimitScenario.Measured one : scenario.measured()) {
            double most = one.key().endsWith("-cut") ? 5 : one.key().contains("exact") ? 0.5 : 2;
            assertEquals(0, one.other(), scenario.report());
            assertTrue(one.over() <= most, one + "\n" + scenario.report());
            // Whoever is cut off has a third of the rate, and the busy machine of a test asks for less than it should.
            boolean asked = one.refused() > 0; // of what nobody asked for nothing is missing
            double least = one.key().endsWith("-cut") ? -50 : -10;
            assertTrue(!asked || one.over() >= least, one + "\n" + scenario.report());
        }
    }
}
