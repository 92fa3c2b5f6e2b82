package dev.penstock.deploy;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code penstock} command. */
@Command(
        name = "penstock",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "An OpenAI-compatible inference gateway in front of a pool of workers.",
        subcommands = {HelpCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended in order, on Ctrl-C and SIGTERM too",
            "1:a failure while running",
            "2:bad usage, bad configuration, a port that is taken, no JDK 25"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock up                       gateway and worker, bundled models",
            "  penstock up --port 8000           the same on another port",
            "  penstock gateway -c gateway.yaml  a gateway of a pool",
            "  penstock worker -c worker.yaml    a worker that joins the pool"
        })
public final class PenstockCommand {
    private PenstockCommand() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new PenstockCommand());
    }
}
