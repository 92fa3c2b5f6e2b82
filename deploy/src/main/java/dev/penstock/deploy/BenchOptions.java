package dev.penstock.deploy;

import dev.penstock.loadtest.bench.BenchPlan;
import dev.penstock.loadtest.bench.BenchTarget;
import dev.penstock.loadtest.bench.Scenario;
import dev.penstock.loadtest.bench.Scenarios;
import dev.penstock.loadtest.memory.MemoryPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is measured, and for how long. */
final class BenchOptions {
    private static final Times FULL =
            new Times(3, Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofSeconds(10), 5000);
    private static final Times QUICK =
            new Times(1, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 500);

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            split = ",",
            description = {
                "A scenario, or a family of them; may be repeated. Default: all:",
                "json-1k, json-16k (:1, :64, :512 connections), rate-1000, stream-100 (:16, :256), slow-streams."
            })
    private List<String> scenarios = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds; medians are reported. Default: 3.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--duration", paramLabel = "TIME", description = "Of each measurement. Default: 6s.")
    private Optional<Duration> duration = Optional.empty();

    @Option(names = "--warm-up", paramLabel = "TIME", description = "Before each measurement. Default: 2s.")
    private Optional<Duration> warmUp = Optional.empty();

    @Option(
            names = "--first-warm-up",
            paramLabel = "TIME",
            description = "Of each target that is slow at first, before all rounds. Default: 10s.")
    private Optional<Duration> firstWarmUp = Optional.empty();

    @Option(names = "--streams", paramLabel = "N", description = "Held at once in slow-streams. Default: 5000.")
    private Optional<Integer> streams = Optional.empty();

    @Option(
            names = "--quick",
            description = "One round of 2s after 1s and 3s, 500 streams: to see that it works, not how fast.")
    private boolean quick;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops of the load generator. Default: 1.")
    private int loops = 1;

    @Option(names = "--mock-loops", paramLabel = "N", description = "Event loops of the mock. Default: 1.")
    private int mockLoops = 1;

    @Option(
            names = "--keep-logs",
            description = "Leave configurations and logs in the output directory: a gigabyte in three minutes.")
    private boolean keepLogs;

    private static final int QUESTIONS = 500;
    private static final int QUICK_QUESTIONS = 100;

    private record Times(int rounds, Duration warmUp, Duration length, Duration firstWarmUp, int streams) {}

    /**
     * The plan with these targets.
     *
     * @throws IllegalArgumentException when an option is out of its bounds
     */
    BenchPlan plan(List<BenchTarget> targets) {
        Times otherwise = quick ? QUICK : FULL;
        List<Scenario> chosen = Scenarios.named(Scenarios.all(streams.orElse(otherwise.streams())), scenarios);
        if (loops < 1 || loops > 256 || mockLoops < 1 || mockLoops > 256) {
            throw new IllegalArgumentException(
                    "--loops, --mock-loops: " + loops + ", " + mockLoops + " (expected: 1 to 256)");
        }
        return new BenchPlan(
                chosen,
                targets,
                rounds.orElse(otherwise.rounds()),
                warmUp.orElse(otherwise.warmUp()),
                duration.orElse(otherwise.length()),
                firstWarmUp.orElse(otherwise.firstWarmUp()),
                loops,
                keepLogs);
    }

    /**
     * Of answers from memory.
     *
     * @throws IllegalArgumentException when an option is out of its bounds
     */
    MemoryPlan memoryPlan() {
        if (!scenarios.isEmpty()) {
            throw new IllegalArgumentException("--cache: with --scenario (expected: one of the two)");
        }
        Times otherwise = quick ? QUICK : FULL;
        return new MemoryPlan(
                rounds.orElse(otherwise.rounds()),
                warmUp.orElse(otherwise.warmUp()),
                duration.orElse(otherwise.length()),
                firstWarmUp.orElse(otherwise.firstWarmUp()),
                quick ? QUICK_QUESTIONS : QUESTIONS,
                keepLogs);
    }

    int mockLoops() {
        return mockLoops;
    }
}
