package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.telemetry.Logging;
import dev.penstock.worker.config.WorkerConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock worker}. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        description = {
            "Run a worker: an OpenAI-compatible server over models, or in front of another server.",
            "It joins a pool where its configuration has a cluster.",
            "Its certificates are read again when they change, and on SIGHUP; all else needs a restart."
        })
final class WorkerCommand implements Runnable {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The worker's configuration.")
    private Path file = Path.of("");

    @Option(names = "--port", paramLabel = "PORT", description = "The port to serve; 0 takes a free one.")
    private Optional<Integer> port = Optional.empty();

    @Override
    public void run() {
        var loader = port.map(number -> ConfigLoader.system().over("{listener: {port: " + number + "}}"))
                .orElseGet(ConfigLoader::system);
        var config = ConfigFile.load(Optional.of(file), loader, WorkerConfig.class);
        Logging.configure(Logging.Format.JSON, Logging.Verbosity.INFO);
        var worker = WorkerNode.start(config.value());
        config.watch().ifPresent(worker::follow);
        worker.awaitReady();
        Foreground.run("worker", worker::close);
    }
}
