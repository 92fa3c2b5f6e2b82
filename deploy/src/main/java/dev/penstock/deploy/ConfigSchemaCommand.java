package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigSchema;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code penstock config schema}. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Print the JSON Schema of a configuration, for editors.")
final class ConfigSchemaCommand implements Runnable {
    private final PrintWriter out;

    @Parameters(
            paramLabel = "KIND",
            arity = "0..1",
            defaultValue = "gateway",
            description = "Whose: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ConfigKind kind = ConfigKind.gateway;

    ConfigSchemaCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.print(ConfigSchema.of("penstock-" + kind + ".schema.json", kind.type()));
        out.flush();
    }
}
