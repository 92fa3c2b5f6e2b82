package dev.penstock.deploy;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.telemetry.Logging;
import dev.penstock.worker.config.WorkerConfig;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Run a gateway and a worker with the bundled models, in one process.",
            "Without a file: on 127.0.0.1:8080, admin on 127.0.0.1:9090, for everybody on this machine."
        })
final class UpCommand implements Runnable {
    /** Where the file is silent: logs for a person. */
    private static final String DEFAULTS = "{log: {format: text, level: warn}}";
    /** Where it has no cluster: a pool of this process alone, on a port that nobody needs to know. */
    private static final String ALONE = "{cluster: {port: 0}}";

    private final PrintWriter out;
    private final InstantSource clock;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A gateway's configuration.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = {"-v", "--verbose"},
            description = "Log every request, and what starts and stops.")
    private boolean verbose;

    @Mixin
    private final ListenerOptions listeners = new ListenerOptions();

    UpCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void run() {
        var config = config();
        Logging.configure(config.value().log().format(), config.value().log().level());
        var pool = LocalPool.start(config.value(), worker());
        config.watch().ifPresent(pool::follow);
        // Not the process's own start: a checkout's command builds first, and then becomes this process.
        var started = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        var greeting = new Greeting(
                        pool.url(), pool.adminUrl(), pool.models(), Duration.between(started, clock.instant()))
                .text();
        Foreground.run("pool", pool::close, () -> {
            out.print(greeting);
            out.flush();
        });
    }

    private ConfigFile<GatewayConfig> config() {
        var listening = ConfigLoader.system().under(DEFAULTS).over(listeners.yaml());
        var loader = verbose ? listening.over("{log: {level: info}}") : listening;
        var config = ConfigFile.load(file, loader, GatewayConfig.class);
        return config.value().cluster().isPresent()
                ? config
                : ConfigFile.load(file, loader.under(ALONE), GatewayConfig.class);
    }

    private static WorkerConfig worker() {
        var models = BundledModels.find().stream()
                .map(path -> "{path: '" + path.toString().replace("'", "''") + "'}")
                .collect(Collectors.joining(", "));
        return ConfigLoader.system()
                .parse(
                        "bundled models",
                        "{listener: {port: 0}, models: [" + models + "]}",
                        Path.of(""),
                        WorkerConfig.class)
                .orThrow();
    }
}
