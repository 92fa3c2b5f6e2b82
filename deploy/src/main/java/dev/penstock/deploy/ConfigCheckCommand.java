package dev.penstock.deploy;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.ConfigResult.Rejected;
import dev.penstock.worker.config.WorkerConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock config check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Say whether a file is a valid configuration, or everything that is wrong with it, line by line.")
final class ConfigCheckCommand implements Runnable {
    /** Whose configuration a file is; lower case, as users write it. */
    enum Kind {
        gateway(GatewayConfig.class),
        worker(WorkerConfig.class);

        private final Class<? extends Record> type;

        Kind(Class<? extends Record> type) {
            this.type = type;
        }
    }

    private final PrintWriter out;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--of",
            paramLabel = "KIND",
            description = "Whose it is: ${COMPLETION-CANDIDATES}. Either, where this is left out.")
    private Optional<Kind> kind = Optional.empty();

    ConfigCheckCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        var rejections = new ArrayList<Rejected<?>>();
        for (var candidate : kind.map(List::of).orElse(List.of(Kind.values()))) {
            switch (ConfigLoader.system().load(file, candidate.type)) {
                case ConfigResult.Loaded<?> _ -> {
                    out.println(file + ": valid, for a " + candidate);
                    return;
                }
                case Rejected<?> rejected -> rejections.add(rejected);
            }
        }
        // A worker's file has more faults as a gateway's than as what it is.
        var likeliest = rejections.stream()
                .min(Comparator.comparingInt(rejected -> rejected.errors().size()))
                .orElseThrow();
        throw CommandFailedException.usage(likeliest.message());
    }
}
