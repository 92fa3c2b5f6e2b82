package dev.penstock.deploy.pool;

import dev.penstock.deploy.PenstockCommand;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One Penstock process, started from the class path this one runs on. */
final class PenstockNode implements AutoCloseable {
    private final String name;
    private final ProcessBuilder command;
    private final Process process;
    private final Path log;
    private final URI health;
    private final HttpClient http;

    private PenstockNode(String name, ProcessBuilder command, Process process, Path log, URI health, HttpClient http) {
        this.name = name;
        this.command = command;
        this.process = process;
        this.log = log;
        this.health = health;
        this.http = http;
    }

    /**
     * Starts one.
     *
     * @param role {@code gateway} or {@code worker}
     * @param health answers 200 once it serves
     */
    static PenstockNode start(
            Path directory, String name, String role, String config, String secret, URI health, HttpClient http)
            throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".yaml"), config);
        Path log = directory.resolve(name + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!argument.startsWith("-Xmx")
                    && !argument.startsWith("-javaagent")
                    && !argument.startsWith("-agentlib")) {
                command.add(argument);
            }
        }
        command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), PenstockCommand.class.getName(), role, "-c", file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("PENSTOCK_CLUSTER_SECRET", secret);
        return new PenstockNode(name, builder, builder.start(), log, health, http);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }

    /** The same once more. The one that was must have ended. */
    PenstockNode again() throws IOException {
        return new PenstockNode(name, command, command.start(), log, health, http);
    }

    String name() {
        return name;
    }

    /** Waits until it serves. */
    PenstockNode awaitHealthy() throws IOException, InterruptedException {
        Poll.until(name + " serves; see " + log, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        name + " ended with " + process.exitValue() + ":\n" + Files.readString(log));
            }
            return healthy();
        });
        return this;
    }

    private boolean healthy() throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(2)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Everything that it has said. */
    String said() throws IOException {
        return Files.readString(log);
    }

    /** As {@code kill}: it drains, leaves and ends. Returns its exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not end; see " + log);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
