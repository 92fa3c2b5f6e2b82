package dev.penstock.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks: nanoseconds and bytes allocated an operation, all in about six minutes. Takes JMH's own arguments,
 * which win over what is set here; {@code -h} tells them, {@code -l} lists the benchmarks.
 */
public final class Benchmarks {
    private static final int FORKS = 1;
    private static final int WARMUP_ITERATIONS = 3;
    private static final int ITERATIONS = 5;
    private static final TimeValue ITERATION = TimeValue.seconds(1);

    private Benchmarks() {}

    /**
     * Runs what the arguments select, or everything.
     *
     * @param arguments JMH's own
     */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException, IOException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        if (given.shouldHelp()) {
            given.showHelp();
            return;
        }
        Runner runner = new Runner(withDefaults(given));
        if (given.shouldList()) {
            runner.list();
        } else {
            System.out.println(FigureTable.of(runner.run()));
        }
    }

    /** Throughput is left out: on one thread it is the same figure upside down. */
    static Options withDefaults(CommandLineOptions given) {
        return new OptionsBuilder()
                .parent(given)
                .forks(given.getForkCount().orElse(FORKS))
                .warmupIterations(given.getWarmupIterations().orElse(WARMUP_ITERATIONS))
                .warmupTime(given.getWarmupTime().orElse(ITERATION))
                .measurementIterations(given.getMeasurementIterations().orElse(ITERATIONS))
                .measurementTime(given.getMeasurementTime().orElse(ITERATION))
                .timeUnit(given.getTimeUnit().orElse(TimeUnit.NANOSECONDS))
                .mode(given.getBenchModes().stream().findFirst().orElse(Mode.AverageTime))
                .addProfiler(GCProfiler.class)
                .build();
    }
}
