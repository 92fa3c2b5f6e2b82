package dev.penstock.gateway;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A gateway in a process of its own, to be killed. It ends with whoever started it. */
final class ChildGateway {
    private static final String READY = "READY ";

    private final Process process;
    private final URI api;
    private final URI admin;
    private volatile OptionalLong killedNanos = OptionalLong.empty();

    private ChildGateway(Process process, URI api, URI admin) {
        this.process = process;
        this.api = api;
        this.admin = admin;
    }

    /** Runs the configuration of a file until its standard input ends. */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        GatewayConfig config = ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)))
                .parse("gateway.yaml", Files.readString(file), Path.of(args[1]), GatewayConfig.class)
                .orThrow();
        GatewayProcess gateway = GatewayProcess.start(config);
        PrintStream out = System.out;
        System.setOut(System.err); // whoever started this reads one line and no more
        out.println(READY + gateway.endpoint() + " " + gateway.adminEndpoint());
        out.flush();
        while (System.in.read() >= 0) {
            // until whoever started this has ended
        }
        Runtime.getRuntime().halt(0);
    }

    /** Starts one, and waits until it is ready. */
    static ChildGateway start(Path config, Path directory, Path log) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildGateway.class.getName(),
                        config.toString(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                String[] words = line.split(" ", -1);
                return new ChildGateway(process, URI.create(words[1]), URI.create(words[2]));
            }
            said.append(line).append('\n');
        }
        process.destroyForcibly();
        throw new IOException("the gateway did not start: " + said + Files.readString(log));
    }

    URI api() {
        return api;
    }

    URI admin() {
        return admin;
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        killedNanos = OptionalLong.of(System.nanoTime());
        process.destroyForcibly().waitFor();
    }

    /** When it was killed; empty while it runs. */
    OptionalLong killedNanos() {
        return killedNanos;
    }
}
