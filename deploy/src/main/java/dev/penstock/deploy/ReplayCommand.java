package dev.penstock.deploy;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.RoutingConfig;
import dev.penstock.loadtest.replay.Replay;
import dev.penstock.loadtest.replay.ReplayReport;
import dev.penstock.loadtest.replay.ReplayResult;
import dev.penstock.runtime.config.ConfigLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Say what another policy would have done with the decisions of a log, and what that would have cost and taken.",
            "Load is as it was: what a policy does to queues is for a simulation to say."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:decisions were compared", "1:there was none to compare", "2:bad usage, or no decision log"})
final class ReplayCommand implements Callable<Integer> {
    private final PrintWriter out;

    @Parameters(
            paramLabel = "LOG",
            arity = "1..*",
            description = "Files that a gateway's routing.decision-log wrote, older ones (LOG.1, ...) too.")
    private List<Path> logs = List.of();

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "The other policy: a gateway's configuration, of which only `routing` counts.")
    private Path policy = Path.of("");

    @Option(
            names = "--worth",
            description = "What time and quality are worth is taken from FILE too, and not from the log.")
    private boolean worth;

    @Option(
            names = "--draws",
            paramLabel = "N",
            defaultValue = "16",
            description =
                    "How often each decision is drawn, to know how likely each choice is (default: ${DEFAULT-VALUE}).")
    private int draws;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Rounds of the bootstrap that the intervals come from (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The seed of all that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ReplayCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        RoutingConfig routing = ConfigFile.load(Optional.of(policy), ConfigLoader.system(), GatewayConfig.class)
                .value()
                .routing();
        ReplayResult result = run(routing);
        out.print(json ? ReplayReport.json(result) : ReplayReport.text(result));
        out.flush();
        return result.compared() > 0 ? 0 : 1;
    }

    private ReplayResult run(RoutingConfig routing) {
        try {
            return Replay.run(new Replay.Plan(
                    logs,
                    routing.spec(),
                    worth ? Optional.of(routing.worth().worth()) : Optional.empty(),
                    draws,
                    rounds,
                    seed));
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(unreadable.getMessage() + ": cannot be read");
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
    }
}
