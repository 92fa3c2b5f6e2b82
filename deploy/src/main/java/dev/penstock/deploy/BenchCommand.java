package dev.penstock.deploy;

import dev.penstock.loadtest.bench.BenchPlan;
import dev.penstock.loadtest.bench.BenchReport;
import dev.penstock.loadtest.bench.BenchResult;
import dev.penstock.loadtest.bench.BenchRun;
import dev.penstock.loadtest.bench.MockProcess;
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

    BenchCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path penstock = Optional.ofNullable(System.getenv("PENSTOCK_HOME"))
                .map(home -> Path.of(home, "bin", "penstock"))
                .orElseThrow(() -> CommandFailedException.usage(
                        "PENSTOCK_HOME: not set (expected: the distribution's directory, as bin/penstock sets it)"));
        BenchPlan plan;
        try {
            plan = options.plan(targets.chosen(penstock, new ProductVersion().getVersion()[0]));
        } catch (IllegalArgumentException invalid) {
            throw CommandFailedException.usage(String.valueOf(invalid.getMessage()));
        }
        Path directory = output.orElseGet(() -> Path.of("bench-" + TIME.format(Instant.now())));
        try {
            Files.createDirectories(directory);
            BenchResult result = run(plan, penstock, directory.toAbsolutePath());
            out.print(BenchReport.text(result));
            out.flush();
            write(directory, result);
            return result.failed() == 0 && !targets.missed(result.skipped().keySet()) ? 0 : 1;
        } catch (FileSystemException unwritable) {
            throw CommandFailedException.failure(
                    "--output: " + directory + " (expected: a directory that can be written; " + unwritable + ")");
        } catch (IOException noMock) {
            throw CommandFailedException.failure(String.valueOf(noMock.getMessage()));
        }
    }

    private BenchResult run(BenchPlan plan, Path penstock, Path directory) throws IOException, InterruptedException {
        // Whatever ends this process, what it started ends too.
        Thread ending =
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy), "bench-ending");
        Runtime.getRuntime().addShutdownHook(ending);
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(plan.loops()))
                .withTransport(Transports.choose(TransportName.AUTO).transport())
                .build();
        try {
            Path work = plan.keepLogs() ? directory : Files.createTempDirectory("penstock-bench");
            try {
                FreePorts ports = new FreePorts();
                MockProcess mock = new MockProcess(penstock, ports, options.mockLoops());
                return BenchRun.run(vertx, plan, mock, work, ports, err::println);
            } finally {
                if (!plan.keepLogs()) {
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
