package dev.penstock.deploy;

import dev.penstock.loadtest.bench.BenchPlan;
import dev.penstock.loadtest.bench.BenchReport;
import dev.penstock.loadtest.bench.BenchResult;
import dev.penstock.loadtest.bench.BenchRun;
import dev.penstock.loadtest.bench.GatewayTarget;
import dev.penstock.loadtest.bench.MockProcess;
import dev.penstock.loadtest.memory.MemoryPlan;
import dev.penstock.loadtest.memory.MemoryReport;
import dev.penstock.loadtest.memory.MemoryResult;
import dev.penstock.loadtest.memory.MemoryRun;
import dev.penstock.loadtest.process.FreePorts;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compare Penstock, with all of its pipeline, to nginx and to no proxy at all, on this machine.",
            "The same load goes directly to a mock engine and through each proxy, in rotated rounds of one run; every"
                    + " answer is checked. Ratios are of medians over the rounds. About 16 minutes as it is.",
            "Ends with 0 when all answers were right, with 1 when some were not or a target did not run."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock bench --quick                               whether it works here, in two minutes",
            "  penstock bench --scenario json-1k:64 --rounds 5      one scenario, more exactly",
            "  penstock bench --cache --quick                       answers from memory, in two minutes",
            "  penstock bench --peer litellm --scenario rate-1000   beside another gateway"
        })
final class BenchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final PrintWriter out;
    private final PrintWriter err;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    @Mixin
    private final BenchTargets targets = new BenchTargets();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where bench.json and bench.html are written. Default: bench-TIME.")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--cache",
            description = {
                "Answers from memory instead: exact ones beside the least that a gateway can do, reworded questions, and"
                        + " what memory adds to what it does not know. Writes bench-cache.json."
            })
    private boolean cache;

    BenchCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Measures into a directory; whether all was right. */
    @FunctionalInterface
    private interface Measuring {
        boolean measure(Path directory) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path penstock = Optional.ofNullable(System.getenv("PENSTOCK_HOME"))
                .map(home -> Path.of(home, "bin", "penstock"))
                .orElseThrow(() -> CommandFailedException.usage(
                        "PENSTOCK_HOME: not set (expected: the distribution's directory, as bin/penstock sets it)"));
        Measuring measuring;
        try {
            measuring = cache ? memory(penstock) : comparison(penstock);
        } catch (IllegalArgumentException invalid) {
            throw CommandFailedException.usage(String.valueOf(invalid.getMessage()));
        }
        Path directory = output.orElseGet(() -> Path.of("bench-" + TIME.format(Instant.now())));
        try {
            Files.createDirectories(directory);
            return measuring.measure(directory) ? 0 : 1;
        } catch (FileSystemException unwritable) {
            throw CommandFailedException.failure(
                    "--output: " + directory + " (expected: a directory that can be written; " + unwritable + ")");
        } catch (IOException noMock) {
            throw CommandFailedException.failure(String.valueOf(noMock.getMessage()));
        }
    }

    private Measuring comparison(Path penstock) {
        BenchPlan plan = options.plan(targets.chosen(penstock, new ProductVersion().getVersion()[0]));
        FreePorts ports = new FreePorts();
        MockProcess mock = new MockProcess(penstock, ports, options.mockLoops());
        return directory -> {
            BenchResult result = within(
                    plan.loops(),
                    plan.keepLogs(),
                    directory,
                    (vertx, work) -> BenchRun.run(vertx, plan, mock, work, ports, err::println));
            out.print(BenchReport.text(result));
            out.flush();
            write(directory, result);
            return result.failed() == 0 && !targets.missed(result.skipped().keySet());
        };
    }

    private Measuring memory(Path penstock) {
        MemoryPlan plan = options.memoryPlan();
        FreePorts ports = new FreePorts();
        MockProcess mock = new MockProcess(penstock, ports, options.mockLoops());
        GatewayTarget gateway = BenchTargets.gateway(penstock, new ProductVersion().getVersion()[0]);
        return directory -> {
            MemoryResult result = within(
                    1,
                    plan.keepLogs(),
                    directory,
                    (vertx, work) -> MemoryRun.run(vertx, plan, gateway, mock, work, ports, err::println));
            out.print(MemoryReport.text(result));
            out.flush();
            err.println(
                    "written: " + Files.writeString(directory.resolve("bench-cache.json"), MemoryReport.json(result)));
            return result.failed() == 0;
        };
    }

    /** What is run with a Vert.x and a directory for what it leaves behind. */
    @FunctionalInterface
    private interface Running<T> {
        T run(Vertx vertx, Path work) throws IOException, InterruptedException;
    }

    private static <T> T within(int loops, boolean keepLogs, Path directory, Running<T> running)
            throws IOException, InterruptedException {
        // Whatever ends this process, what it started ends too.
        Thread ending =
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy), "bench-ending");
        Runtime.getRuntime().addShutdownHook(ending);
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(loops))
                .withTransport(Transports.choose(TransportName.AUTO).transport())
                .build();
        try {
            Path work = keepLogs ? directory.toAbsolutePath() : Files.createTempDirectory("penstock-bench");
            try {
                return running.run(vertx, work);
            } finally {
                if (!keepLogs) {
                    delete(work);
                }
            }
        } finally {
            vertx.close().await();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path path : below.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private void write(Path directory, BenchResult result) throws IOException {
        Path json = Files.writeString(directory.resolve("bench.json"), BenchReport.json(result));
        Path html = Files.writeString(directory.resolve("bench.html"), BenchReport.html(result));
        err.println("written: " + json + ", " + html);
    }
}
