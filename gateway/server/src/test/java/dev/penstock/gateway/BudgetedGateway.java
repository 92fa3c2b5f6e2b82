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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A gateway in a process of its own, which can be killed. */
final class BudgetedGateway implements AutoCloseable {
    private static final String READY = "ready ";

    private final Process process;
    private final URI endpoint;

    private BudgetedGateway(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Starts one by that file, and waits until it is ready. */
    static BudgetedGateway start(Path file) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BudgetedGateway.class.getName(),
                        file.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(READY)) {
                Thread.ofVirtual().start(() -> said.lines().forEach(more -> {})); // or its logs would stop it
                return new BudgetedGateway(process, URI.create(line.substring(READY.length())));
            }
        }
        throw new IOException("the gateway has ended with " + process.exitValue());
    }

    URI endpoint() {
        return endpoint;
    }

    /** Ends it without a word: {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The other process. It lives until it is killed, or nobody is left who could. */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        GatewayProcess gateway =
                GatewayProcess.start(ConfigLoader.with(SecretResolver.of(Map.of("UPSTREAM_KEY", FakeUpstream.KEY)))
                        .load(file, GatewayConfig.class)
                        .orThrow());
        PrintStream out = System.out;
        out.println(READY + gateway.endpoint());
        out.flush();
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(0);
        }
    }
}
