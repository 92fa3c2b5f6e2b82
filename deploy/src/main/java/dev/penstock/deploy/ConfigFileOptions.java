package dev.penstock.deploy;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which file, and whose. */
final class ConfigFileOptions {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--of",
            paramLabel = "KIND",
            description = "Whose it is: ${COMPLETION-CANDIDATES}. Whoever's it can be, where this is left out.")
    private Optional<ConfigKind> kind = Optional.empty();

    Path file() {
        return file;
    }

    ConfigKind.Found load() {
        return ConfigKind.load(file, kind);
    }
}
