package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigPrinter;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock config print}. */
@Command(
        name = "print",
        mixinStandardHelpOptions = true,
        description = "Print what a file means: every key, with its default where the file says nothing. Secrets stay"
                + " references.")
final class ConfigPrintCommand implements Runnable {
    private final PrintWriter out;

    @Mixin
    private final ConfigFileOptions options = new ConfigFileOptions();

    ConfigPrintCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.print(ConfigPrinter.print(options.load().value()));
        out.flush();
    }
}
