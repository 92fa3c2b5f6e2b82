package dev.penstock.deploy;

import dev.penstock.gateway.GatewayProcess;
import dev.penstock.gateway.GatewayStartException;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.telemetry.Logging;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock gateway}. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = {
            "Run a gateway.",
            "Its configuration is read again when the file changes, and on SIGHUP; one that is refused changes nothing."
        })
final class GatewayCommand implements Runnable {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The gateway's configuration.")
    private Path file = Path.of("");

    @Mixin
    private final ListenerOptions listeners = new ListenerOptions();

    @Override
    public void run() {
        var config =
                ConfigFile.load(Optional.of(file), ConfigLoader.system().over(listeners.yaml()), GatewayConfig.class);
        Logging.configure(config.value().log().format(), config.value().log().level());
        try {
            var gateway = GatewayProcess.start(config.value());
            config.watch().ifPresent(gateway::follow);
            Foreground.run("gateway", gateway::close);
        } catch (GatewayStartException refused) {
            throw CommandFailedException.usage(refused.getMessage());
        }
    }
}
