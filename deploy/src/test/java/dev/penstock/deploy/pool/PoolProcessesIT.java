package dev.penstock.deploy.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways and workers as real processes. Seconds are reported (target/pool-times.txt), not asserted: they say as much
 * of the machine as of the pool.
 */
@Timeout(600)
class PoolProcessesIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    @Test
    void workersComeDieAndLeaveTheClusterIsCutAndAGatewayDies() throws Exception {
        Path root = Path.of(System.getProperty("penstock.root", ".."));
        Path model = root.resolve("worker/models/target/models").resolve(ProcessPool.MODEL);
        PoolScenario scenario = new PoolScenario();
        scenario.run(directory, model.toAbsolutePath().normalize(), ProcessPool.Patience.BUSY_MACHINE);

        Files.writeString(Files.createDirectories(Path.of("target")).resolve("pool-times.txt"), scenario.report());
        System.out.println(scenario.report());
        assertTrue(scenario.answered() > 100, scenario.report());
        scenario.failures().forEach((what, failed) -> assertEquals(List.of(), failed, what));
    }
}
