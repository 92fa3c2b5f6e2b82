package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.FreePorts;
import dev.penstock.loadtest.report.Units;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a comparison. */
public final class BenchRun {
    private static final int USUAL_CONNECTIONS = 64;

    private final BenchPlan plan;
    private final MockStart mock;
    private final Path directory;
    private final FreePorts ports;
    private final Consumer<String> says;
    private final Driver driver;
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<String, Double> heapPerStream = new LinkedHashMap<>();

    private BenchRun(
            Vertx vertx, BenchPlan plan, MockStart mock, Path directory, FreePorts ports, Consumer<String> says) {
        this.plan = plan;
        this.mock = mock;
        this.directory = directory;
        this.ports = ports;
        this.says = says;
        this.driver = new Driver(vertx, plan, HeapProbe.ofThisJava());
    }

    /**
     * Measures every target under every scenario. Not to be called on an event loop. A target that does not start is left
     * out and named in the result.
     *
     * @param vertx with at least the plan's number of event loops
     * @param mock starts what stands behind the targets
     * @param directory for configurations and logs; exists
     * @param ports where targets listen
     * @param says a line for each step
     * @throws IOException when the mock does not start, or the directory cannot be written
     * @throws InterruptedException when interrupted; what was started has ended then
     */
    public static BenchResult run(
            Vertx vertx, BenchPlan plan, MockStart mock, Path directory, FreePorts ports, Consumer<String> says)
            throws IOException, InterruptedException {
        return new BenchRun(vertx, plan, mock, directory, ports, says).run();
    }

    private BenchResult run() throws IOException, InterruptedException {
        Instant began = Instant.now();
        for (BenchTarget target : plan.targets()) {
            target.missing().ifPresent(why -> skip(target, why));
        }
        Map<MockPace, List<Scenario>> byMock = plan.scenarios().stream()
                .collect(Collectors.groupingBy(Scenario::pace, LinkedHashMap::new, Collectors.toList()));
        for (Map.Entry<MockPace, List<Scenario>> group : byMock.entrySet()) {
            Path groupDirectory = Files.createDirectories(
                    directory.resolve(group.getValue().getFirst().family()));
            try (MockStart.Mock upstream = mock.start(group.getKey(), groupDirectory.resolve("mock.log"))) {
                compare(upstream, group.getValue(), groupDirectory);
            }
        }
        return new BenchResult(plan, Machine.here(), began, versions, skipped, measurements, heapPerStream);
    }

    private void skip(BenchTarget target, String why) {
        skipped.put(target.name(), why);
        says.accept(target.name() + " is left out: " + why);
    }

    private void compare(MockStart.Mock upstream, List<Scenario> scenarios, Path groupDirectory)
            throws IOException, InterruptedException {
        List<RunningTarget> running = new ArrayList<>();
        try {
            for (BenchTarget target : plan.targets()) {
                if (!skipped.containsKey(target.name())) {
                    start(target, upstream, usual(scenarios), groupDirectory, running);
                }
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (Scenario scenario : scenarios) {
                    measure(scenario, round, Rotation.of(running, round));
                }
            }
            for (Scenario scenario : scenarios) {
                if (scenario.holds()) {
                    heap(scenario, running);
                }
            }
        } finally {
            running.forEach(RunningTarget::close);
        }
    }

    /** What to warm up with: neither a connection alone nor a crowd. */
    private static Scenario usual(List<Scenario> scenarios) {
        return scenarios.stream()
                .min(Comparator.comparingInt(scenario -> Math.abs(scenario.connections() - USUAL_CONNECTIONS)))
                .orElseThrow();
    }

    private void start(
            BenchTarget target,
            MockStart.Mock upstream,
            Scenario scenario,
            Path groupDirectory,
            List<RunningTarget> running)
            throws IOException, InterruptedException {
        Path own = Files.createDirectories(groupDirectory.resolve(target.name()));
        TargetSetup setup =
                new TargetSetup(upstream.uri(), own, ports, Runtime.getRuntime().availableProcessors());
        try {
            RunningTarget started = target.start(setup);
            running.add(started);
            versions.put(started.name(), started.version());
            if (target.warmsUp()) {
                says.accept("warming up " + target.name() + " for " + scenario.family());
                driver.warmUp(scenario, started);
            }
        } catch (IOException doesNotStart) {
            skip(target, String.valueOf(doesNotStart.getMessage()));
        }
    }

    private void measure(Scenario scenario, int round, List<RunningTarget> order) throws InterruptedException {
        for (RunningTarget target : order) {
            Measurement measured = driver.measure(scenario, target, round);
            measurements.add(measured);
            says.accept("round " + (round + 1) + "/" + plan.rounds() + "  " + scenario.id() + "  " + target.name()
                    + ": "
                    + Units.rate(measured.rightPerSecond()) + "/s, p50 "
                    + Units.duration(measured.p50Nanos().orElse(Double.NaN)) + ", p99 "
                    + Units.duration(measured.p99Nanos().orElse(Double.NaN))
                    + (measured.failed() == 0
                            ? ""
                            : ", " + measured.failed() + " FAILED "
                                    + (measured.failures().isEmpty() ? "while warming up" : measured.failures())));
        }
    }

    private void heap(Scenario scenario, List<RunningTarget> running) throws InterruptedException {
        for (RunningTarget target : running) {
            if (target.java()) {
                says.accept("heap of " + target.name() + " with " + scenario.family() + " held");
                driver.heapBytesPerStream(scenario, target).ifPresent(bytes -> heapPerStream.put(target.name(), bytes));
            }
        }
    }
}
