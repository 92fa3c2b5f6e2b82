package dev.penstock.deploy;

import dev.penstock.loadtest.matrix.BenchSettings;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.MatrixReport;
import dev.penstock.loadtest.matrix.MatrixRun;
import dev.penstock.loadtest.matrix.RowResult;
import dev.penstock.loadtest.matrix.rows.FaultMatrix;
import dev.penstock.runtime.net.TransportName;
import dev.penstock.runtime.net.Transports;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock faults run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Try the fault matrix on processes of this very distribution, on loopback, and say what held.",
            "Ends with 0 when every row held, with 1 when one did not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock faults run --quick               all rows, a few minutes",
            "  penstock faults run --row half-open       one row",
            "  penstock faults run --list                what rows there are"
        })
final class FaultsRunCommand implements Callable<Integer> {
    private final PrintWriter out;

    @Option(names = "--row", paramLabel = "NAME", description = "Only this row; may be repeated.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Name the rows, and try none.")
    private boolean list;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "SEED",
            description = "Of whatever is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--quick", description = "Fewer requests and shorter clocks.")
    private boolean quick;

    @Option(
            names = "--output",
            defaultValue = "faults",
            paramLabel = "DIR",
            description = "Where faults.md, faults.json and each row's logs go. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("");

    @Option(
            names = "--penstock",
            paramLabel = "FILE",
            description = "The bin/penstock to try it on. Default: this one.")
    private Optional<Path> penstock = Optional.empty();

    FaultsRunCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
        var rows = rows();
        if (list) {
            rows.forEach(row -> out.printf("%-22s %s%n", row.name(), row.fault()));
            return 0;
        }
        var settings = new BenchSettings(executable(), output.toAbsolutePath(), seed, quick);
        var vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors())))
                .withTransport(Transports.choose(TransportName.AUTO).transport())
                .build();
        try {
            var results = MatrixRun.run(rows, settings, vertx, progress());
            var setting = "Seed " + seed + (quick ? ", quick" : "") + ", "
                    + Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version() + ".";
            write("faults.md", MatrixReport.markdown(results, setting));
            write("faults.json", MatrixReport.json(results, setting));
            out.println(MatrixReport.summary(results) + "; written to " + output);
            return results.stream().allMatch(RowResult::held) ? 0 : 1;
        } finally {
            vertx.close().await();
        }
    }

    private List<FaultRow> rows() {
        var all = FaultMatrix.rows();
        for (var name : names) {
            if (all.stream().noneMatch(row -> row.name().equals(name))) {
                throw CommandFailedException.usage("--row: " + name + " (expected: one of "
                        + all.stream().map(FaultRow::name).collect(Collectors.joining(", ")) + ")");
            }
        }
        return all.stream()
                .filter(row -> names.isEmpty() || names.contains(row.name()))
                .toList();
    }

    private Path executable() {
        var file = penstock.or(() ->
                        Optional.ofNullable(System.getenv("PENSTOCK_HOME")).map(home -> Path.of(home, "bin/penstock")))
                .orElseThrow(() -> CommandFailedException.usage(
                        "--penstock: not given (expected: a bin/penstock, where this is not run by one)"));
        if (!Files.isExecutable(file)) {
            throw CommandFailedException.usage("--penstock: " + file + " (expected: a program that can be run)");
        }
        return file.toAbsolutePath();
    }

    private MatrixRun.Progress progress() {
        return new MatrixRun.Progress() {
            @Override
            public void begins(FaultRow row, int number, int of) {
                out.println("[" + number + "/" + of + "] " + row.name() + " ...");
            }

            @Override
            public void ended(RowResult result) {
                out.println(MatrixReport.terminal(result));
            }
        };
    }

    private void write(String name, String text) {
        try {
            Files.writeString(Files.createDirectories(output).resolve(name), text);
        } catch (IOException unwritable) {
            throw CommandFailedException.failure(output + ": cannot be written: " + unwritable.getMessage());
        }
    }
}
