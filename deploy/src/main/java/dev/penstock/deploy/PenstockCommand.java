package dev.penstock.deploy;

import dev.penstock.runtime.config.Durations;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The {@code penstock} command. */
@Command(
        name = "penstock",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "An OpenAI-compatible inference gateway in front of a pool of workers.",
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
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commandLine(out, err).execute(args));
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new PenstockCommand())
                .addSubcommand(new UpCommand(out, InstantSource.system()))
                .addSubcommand(new GatewayCommand())
                .addSubcommand(new WorkerCommand())
                .addSubcommand(new MockCommand(out))
                .addSubcommand(new CommandLine(new ConfigCommand())
                        .addSubcommand(new ConfigCheckCommand(out))
                        .addSubcommand(new ConfigPrintCommand(out))
                        .addSubcommand(new ConfigExampleCommand(out))
                        .addSubcommand(new ConfigSchemaCommand(out)))
                .addSubcommand(new CommandLine(new FaultsCommand())
                        .addSubcommand(new FaultsProxyCommand(out))
                        .addSubcommand(new FaultsRunCommand(out)))
                .addSubcommand(new CommandLine(new KeyCommand()).addSubcommand(new KeyNewCommand(out)))
                .addSubcommand(new LoadCommand(out, err))
                .addSubcommand(new BenchCommand(out, err))
                .addSubcommand(new VersionCommand(out))
                .addSubcommand(new HelpCommand())
                .registerConverter(Duration.class, Durations::parse)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(PenstockCommand::refuse)
                .setExecutionExceptionHandler(PenstockCommand::fail);
    }

    private static int refuse(ParameterException refused, String[] args) {
        var command = refused.getCommandLine();
        var name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + refused.getMessage() + " (" + name + " --help says more)");
        return CommandLine.ExitCode.USAGE;
    }

    private static int fail(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof CommandFailedException expected) {
            expected.lines().forEach(line -> command.getErr().println("penstock: " + line));
            return expected.exitCode();
        }
        throw failure;
    }
}
