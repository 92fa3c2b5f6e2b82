package dev.penstock.deploy.pool;

import java.nio.file.Files;

/** Reports how exactly three gateways as real processes keep limits. */
final class LimitFigures {
    private LimitFigures() {}

    /** Runs the scenario once; the argument is how many seconds each load lasts. */
    public static void main(String[] arguments) throws Exception {
        LimitScenario scenario = new LimitScenario();
        scenario.run(Files.createTempDirectory("limits"), Integer.parseInt(arguments[0]));
        System.out.print(scenario.report());
    }
}
