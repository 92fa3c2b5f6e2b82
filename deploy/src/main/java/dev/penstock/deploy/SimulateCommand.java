package dev.penstock.deploy;

import dev.penstock.loadtest.simulation.Scenario;
import dev.penstock.loadtest.simulation.Simulation;
import dev.penstock.loadtest.simulation.SimulationReport;
import dev.penstock.loadtest.simulation.SimulationResult;
import dev.penstock.runtime.config.ConfigLoader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compare routing policies over a trace and a pool that are simulated, on a virtual clock.",
            "The policies are those of the gateway. The same scenario gives the same figures."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock simulate --example > scenario.yaml      a scenario to begin with",
            "  penstock simulate scenario.yaml                  table; simulation/simulation.json and .html"
        })
final class SimulateCommand implements Callable<Integer> {
    private final PrintWriter out;
    private final PrintWriter err;

    @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "The scenario, a YAML file.")
    private Optional<Path> scenario = Optional.empty();

    @Option(names = "--example", description = "Print a scenario that runs as it stands, and simulate nothing.")
    private boolean example;

    @Option(
            names = "--output",
            defaultValue = "simulation",
            paramLabel = "DIR",
            description = "Where simulation.json and simulation.html go. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("");

    SimulateCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (example) {
            out.print(exampleText());
            out.flush();
            return 0;
        }
        Path file = scenario.orElseThrow(
                () -> CommandFailedException.usage("SCENARIO: missing (expected: a YAML file; --example prints one)"));
        SimulationResult result = run(ConfigFile.load(Optional.of(file), ConfigLoader.system(), Scenario.class)
                .value());
        out.print(SimulationReport.text(result));
        out.flush();
        write(result);
        return 0;
    }

    static String exampleText() {
        try (InputStream yaml =
                Objects.requireNonNull(Simulation.class.getResourceAsStream("example.yaml"), "example.yaml")) {
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw CommandFailedException.failure("example.yaml cannot be read: " + unreadable.getMessage());
        }
    }

    private SimulationResult run(Scenario loaded) {
        try {
            return Simulation.run(loaded, progress());
        } catch (IllegalArgumentException wrong) {
            throw CommandFailedException.usage(String.valueOf(wrong.getMessage()));
        }
    }

    private void write(SimulationResult result) {
        try {
            Files.createDirectories(output);
            Files.writeString(output.resolve("simulation.json"), SimulationReport.json(result));
            Files.writeString(output.resolve("simulation.html"), SimulationReport.html(result));
        } catch (IOException unwritable) {
            throw CommandFailedException.failure(
                    "--output: " + output + " (expected: a directory that can be written; " + unwritable + ")");
        }
        out.println();
        out.println("Written to " + output.resolve("simulation.json") + " and " + output.resolve("simulation.html"));
        out.flush();
    }

    /** One line that is written over where somebody looks; a line a run where nobody does. */
    private Simulation.Progress progress() {
        boolean watched = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return (policy, load, done, all, share) -> {
            if (watched) {
                String line = done == all
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "run %d of %d: %s at %.0f %%, %3.0f %% of its requests",
                                done + 1,
                                all,
                                policy,
                                load * 100,
                                share * 100);
                err.print("\r\033[K" + line);
                err.flush();
            } else if (share == 0 && done < all) {
                err.printf(Locale.ROOT, "run %d of %d: %s at %.0f %%%n", done + 1, all, policy, load * 100);
                err.flush();
            }
        };
    }
}
