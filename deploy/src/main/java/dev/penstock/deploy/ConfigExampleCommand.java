package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigDocs;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code penstock config example}. */
@Command(
        name = "example",
        mixinStandardHelpOptions = true,
        description = "Print a file to begin with: every key, its default, and what it is for.")
final class ConfigExampleCommand implements Runnable {
    private final PrintWriter out;

    @Parameters(
            paramLabel = "KIND",
            arity = "0..1",
            defaultValue = "gateway",
            description = "Whose: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ConfigKind kind = ConfigKind.gateway;

    ConfigExampleCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.print(ConfigDocs.example(kind.type()));
        out.flush();
    }
}
