package dev.penstock.deploy.pool;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reports how long a pool of real processes takes to see what happens to it. */
final class PoolTimes {
    private PoolTimes() {}

    /** Runs the scenario once; the argument is a directory with the embedding model. */
    public static void main(String[] arguments) throws Exception {
        PoolScenario scenario = new PoolScenario();
        scenario.run(
                Files.createTempDirectory("pool-times"),
                Path.of(arguments[0]).toAbsolutePath(),
                ProcessPool.Patience.DEFAULT);
        System.out.print(scenario.report());
    }
}
