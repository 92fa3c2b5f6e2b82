package dev.penstock.deploy;

import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.runtime.config.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock keys hash}. */
@Command(
        name = "hash",
        mixinStandardHelpOptions = true,
        description = {
            "Make an API key for a configuration: it is shown once, with its hash, to be written under auth.keys",
            "(or auth.admin-keys). Asks no gateway; `penstock keys new` makes keys of a running one."
        })
final class KeyHashCommand implements Runnable {
    private final PrintWriter out;

    @Parameters(paramLabel = "ID", description = "The key's public name: lower-case letters, digits and dashes.")
    private String id = "";

    @Option(
            names = "--pepper-file",
            paramLabel = "FILE",
            description = "The secret that auth.pepper names; without one the hash is a plain SHA-256.")
    private Optional<Path> pepper = Optional.empty();

    KeyHashCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        try {
            var key = NewKey.generate(id, pepper.map(KeyHashCommand::read), new SecureRandom());
            out.println("The key, shown this once:\n\n  " + key.key() + "\n\nUnder auth.keys:\n\n"
                    + key.yaml().indent(2));
        } catch (IllegalArgumentException invalid) {
            throw CommandFailedException.usage(String.valueOf(invalid.getMessage()));
        }
    }

    private static Secret read(Path file) {
        try {
            return Secret.of("file:" + file, Files.readString(file).replaceFirst("\\R\\z", ""));
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(file + ": cannot be read: " + unreadable.getMessage());
        }
    }
}
