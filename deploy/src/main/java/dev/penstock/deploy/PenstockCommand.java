package dev.penstock.deploy;

import dev.penstock.runtime.config.Durations;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
        System.exit(execute(out, err, args));
    }

    /** Runs the command. Returns its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        return commandLine(out, err, args).execute(args);
    }

    /** The command for these arguments: to look through commands that they do not name takes a tenth of a start. */
    private static CommandLine commandLine(PrintWriter out, PrintWriter err, String[] args) {
        CommandLine penstock = new CommandLine(new PenstockCommand());
        Map<String, Supplier<Object>> commands = commands(out, err);
        if (args.length > 0 && commands.containsKey(args[0])) {
            penstock.addSubcommand(commands.get(args[0]).get());
        } else {
            commands.values().forEach(command -> penstock.addSubcommand(command.get()));
            penstock.addSubcommand(new HelpCommand());
        }
        return penstock.registerConverter(Duration.class, Durations::parse)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(PenstockCommand::refuse)
                .setExecutionExceptionHandler(PenstockCommand::fail);
    }

    /** In the order of the help. */
    private static Map<String, Supplier<Object>> commands(PrintWriter out, PrintWriter err) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", () -> new UpCommand(out, InstantSource.system()));
        commands.put("gateway", GatewayCommand::new);
        commands.put("worker", WorkerCommand::new);
        commands.put("mock", () -> new MockCommand(out));
        commands.put("config", () -> new CommandLine(new ConfigCommand())
                .addSubcommand(new ConfigCheckCommand(out))
                .addSubcommand(new ConfigPrintCommand(out))
                .addSubcommand(new ConfigExampleCommand(out))
                .addSubcommand(new ConfigSchemaCommand(out)));
        commands.put("faults", () -> new CommandLine(new FaultsCommand())
                .addSubcommand(new FaultsProxyCommand(out))
                .addSubcommand(new FaultsRunCommand(out)));
        commands.put("keys", () -> new CommandLine(new KeysCommand())
                .addSubcommand(new KeyCommands.New(out))
                .addSubcommand(new KeyCommands.Listing(out))
                .addSubcommand(new KeyCommands.Show(out))
                .addSubcommand(new KeyCommands.Update(out))
                .addSubcommand(new KeyCommands.Rotate(out))
                .addSubcommand(new KeyCommands.Revoke(out))
                .addSubcommand(new KeyHashCommand(out)));
        commands.put("tenants", () -> new CommandLine(new TenantsCommand())
                .addSubcommand(new TenantCommands.New(out))
                .addSubcommand(new TenantCommands.Listing(out))
                .addSubcommand(new TenantCommands.Show(out))
                .addSubcommand(new TenantCommands.Update(out)));
        commands.put("fit-difficulty", () -> new FitDifficultyCommand(out));
        commands.put("cache", () -> new CommandLine(new CacheCommand())
                .addSubcommand(new CacheEvalCommand(out, err))
                .addSubcommand(new CacheCalibrateCommand(out, err))
                .addSubcommand(new CachePairsCommand(out, err))
                .addSubcommand(new CacheReportCommand(out))
                .addSubcommand(new CachePurgeCommand(out)));
        commands.put("load", () -> new LoadCommand(out, err));
        commands.put("bench", () -> new BenchCommand(out, err));
        commands.put("simulate", () -> new SimulateCommand(out, err));
        commands.put("usage", () -> new UsageCommand(out));
        commands.put("budgets", () -> new BudgetsCommand(out));
        commands.put("explain", () -> new ExplainCommand(out, System.in));
        commands.put("replay", () -> new ReplayCommand(out));
        commands.put("version", () -> new VersionCommand(out));
        return commands;
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
