package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Penstock, with all of its pipeline: a key that is checked, a rate that is counted, a policy that chooses, metrics, and a
 * log line for each request. Its JVM has the options of the distribution.
 *
 * @param penstock {@code bin/penstock}
 * @param version of it
 * @param keyId the public name of its one key
 * @param keyHash what a configuration keeps of the key
 * @param key the key
 */
public record GatewayTarget(Path penstock, String version, String keyId, String keyHash, String key)
        implements BenchTarget {
    /** Its name. */
    public static final String NAME = "penstock";

    /** Options that whoever runs the bench has set for their own JVM are not the distribution's. */
    public static final Map<String, String> ENVIRONMENT = Map.of("JAVA_OPTS", "");

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Files.isExecutable(penstock) ? Optional.empty() : Optional.of(penstock + " cannot be run");
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public RunningTarget start(TargetSetup setup) throws IOException, InterruptedException {
        int port = setup.ports().next();
        int adminPort = setup.ports().next();
        Path file = Files.writeString(
                setup.directory().resolve("gateway.yaml"), configuration(setup.upstream(), port, adminPort));
        Path log = setup.directory().resolve("gateway.log");
        ChildProcess process = ChildProcess.start(
                NAME, List.of(penstock.toString(), "gateway", "-c", file.toString()), ENVIRONMENT, log);
        try {
            process.awaitAnswer(URI.create("http://127.0.0.1:" + adminPort + "/health/ready"), true, START_LIMIT);
        } catch (IOException | InterruptedException failed) {
            process.close();
            throw failed;
        }
        URI base = URI.create("http://127.0.0.1:" + port);
        return new RunningTarget(
                NAME,
                version,
                base,
                base,
                Optional.of(key),
                Map.of(),
                MockPace.MODEL,
                Optional.of(process),
                true,
                List.of(log));
    }

    /**
     * What it runs with. Two names for the one mock: a policy that has nothing to choose from would choose for free.
     *
     * @param upstream {@code http://host:port}
     * @param port of its API
     * @param adminPort of what only operators ask
     */
    public String configuration(URI upstream, int port, int adminPort) {
        String worker = """
                  - id: %s
                    url: %s
                    capacity: 100000
                    models: [{name: %s}]
                """;
        return """
                listener: {port: %d}
                admin: {port: %d}
                auth:
                  mode: keys
                  keys:
                    - id: %s
                      hash: '%s'
                      models: ['*']
                      limits: [{requests: 1000000000, per: 1s}]
                routing: {policy: two-choices}
                log: {format: json, level: info, requests: true}
                upstreams:
                """.formatted(port, adminPort, keyId, keyHash)
                + worker.formatted("mock-a", upstream, MockPace.MODEL)
                + worker.formatted("mock-b", upstream, MockPace.MODEL);
    }
}
