package dev.penstock.deploy;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of a gateway's listeners; they win over the file. */
final class ListenerOptions {
    @Option(names = "--host", paramLabel = "HOST", description = "The address that both listeners bind.")
    private Optional<String> host = Optional.empty();

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the API; 0 takes a free one.")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--admin-port", paramLabel = "PORT", description = "The port of the admin listener.")
    private Optional<Integer> adminPort = Optional.empty();

    /** The options as configuration. */
    String yaml() {
        return "{listener: " + listener(port) + ", admin: " + listener(adminPort) + "}";
    }

    private String listener(Optional<Integer> number) {
        var quoted = host.map(name -> "host: '" + name.replace("'", "''") + "'");
        var ported = number.map(value -> "port: " + value);
        return "{" + quoted.orElse("") + (quoted.isPresent() && ported.isPresent() ? ", " : "") + ported.orElse("")
                + "}";
    }
}
