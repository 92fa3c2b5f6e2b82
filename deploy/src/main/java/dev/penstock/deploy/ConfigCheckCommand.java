package dev.penstock.deploy;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock config check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Say whether a file is a valid configuration, or everything that is wrong with it, line by line.")
final class ConfigCheckCommand implements Runnable {
    private final PrintWriter out;

    @Mixin
    private final ConfigFileOptions options = new ConfigFileOptions();

    ConfigCheckCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        var found = options.load();
        out.println(options.file() + ": valid, for a " + found.kind());
    }
}
