package dev.penstock.deploy;

import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code penstock version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Print the version.")
final class VersionCommand implements Runnable {
    private final PrintWriter out;

    VersionCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        out.println(String.join("\n", new ProductVersion().getVersion()));
    }
}
