package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as its users start it: a process of its own, told apart by what it prints and how it ends. */
@Timeout(120)
final class DistributionIT {
    private static final Path HOME = Path.of("target", "penstock-" + System.getProperty("penstock.version"))
            .toAbsolutePath();
    private static final int LIMIT_SECONDS = 30;

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void endAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private ProcessBuilder command(String... arguments) {
        var line = new ArrayList<>(List.of(HOME.resolve("bin/penstock").toString()));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PENSTOCK_CACHE_DIR", "");
        builder.environment().remove("JAVA_OPTS");
        return builder;
    }

    private Process start(ProcessBuilder builder) throws IOException {
        var process = builder.start();
        processes.add(process);
        return process;
    }

    /** What a command that ends by itself printed to standard error; it must end with this code. */
    private List<String> errors(int exitCode, ProcessBuilder builder) throws Exception {
        var process = start(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD));
        var lines = process.errorReader().lines().toList();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it does not end");
        assertEquals(exitCode, process.exitValue(), lines::toString);
        return lines;
    }

    @Test
    void upPrintsACurlLineThatWorksAndEndsInOrder() throws Exception {
        assumeTrue(runs("curl", "--version"), "curl is not installed");
        var up = start(command("up", "--port", "0", "--admin-port", "0")
                .redirectError(directory.resolve("errors").toFile()));
        var printed = new ArrayList<String>();
        var reader = up.inputReader();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            printed.add(line);
            if (line.strip().startsWith("curl ")) {
                break;
            }
        }
        assertFalse(printed.isEmpty(), Files.readString(directory.resolve("errors")));
        var curl = printed.getLast().strip();
        assertTrue(curl.startsWith("curl "), printed::toString);
        var answer = start(new ProcessBuilder("sh", "-c", curl).redirectErrorStream(true))
                .inputReader()
                .readAllAsString();
        assertTrue(answer.contains("\"choices\""), answer);
        up.destroy();
        assertTrue(up.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it does not end");
        assertEquals(0, up.exitValue());
    }

    @Test
    void aTakenPortIsOneLineAndExitCode2() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            var lines = errors(2, command("up", "--port", port, "--admin-port", "0"));
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains(port) && lines.getFirst().contains("taken"), lines::toString);
        }
    }

    @Test
    void aBadConfigurationIsItsFaultsAndExitCode2() throws Exception {
        var file = Files.writeString(directory.resolve("gateway.yaml"), "listener:\n  prot: 8080\n");
        for (var subcommand : List.of("up", "gateway")) {
            var lines = errors(2, command(subcommand, "-c", file.toString()));
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains("gateway.yaml:2:"), lines::toString);
            assertTrue(lines.getFirst().contains("port"), lines::toString);
        }
    }

    @Test
    void noJdkIsOneLineAndExitCode2() throws Exception {
        var tools = Files.createDirectory(directory.resolve("tools"));
        for (var tool : List.of("sh", "sed", "head", "tr", "uname", "readlink", "dirname", "cat")) {
            Files.createSymbolicLink(tools.resolve(tool), locate(tool));
        }
        var builder = command("up");
        builder.environment().put("PATH", tools.toString());
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PENSTOCK_JDK_PLACES", "");
        var lines = errors(2, builder);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("no JDK 25"), lines::toString);
    }

    @Test
    void aComponentInAJarIsNamedLikeOurs() throws Exception {
        var config = Files.writeString(directory.resolve("gateway.yaml"), """
                routing: {policy: mine, compose: {scorers: [{name: of-a-jar}], picker: {name: least}}}
                """);
        var check = List.of("config", "check", "-c", config.toString());
        var without = errors(2, command(check.toArray(String[]::new)));
        assertTrue(without.getFirst().contains("of-a-jar (expected: one of "), without::toString);
        plugin(Files.createDirectory(directory.resolve("plug ins")));
        var builder = command(check.toArray(String[]::new));
        builder.environment()
                .put("PENSTOCK_PLUGINS", directory.resolve("plug ins").toString());
        errors(0, builder);
    }

    /** A jar as others would make it: compiled against the jar of the distribution alone. */
    private void plugin(Path plugins) throws Exception {
        var source = Files.writeString(directory.resolve("OfAJar.java"), """
                import dev.penstock.routing.*;
                import dev.penstock.routing.spi.*;

                public final class OfAJar implements ScorerFactory {
                    @Override
                    public String name() {
                        return "of-a-jar";
                    }

                    @Override
                    public Scorer create(Options options) {
                        return new Scorer() {
                            @Override
                            public Unit unit() {
                                return Unit.RATIO;
                            }

                            @Override
                            public void add(RoutingContext context, Candidates candidates, LoadView load,
                                    int[] rows, int count, double scale, double[] costs) {}
                        };
                    }
                }
                """);
        try (var jars = Files.list(HOME.resolve("lib"))) {
            var path = jars.filter(jar -> jar.getFileName().toString().contains("router-policies")
                            || jar.getFileName().toString().contains("jspecify"))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
            assertEquals(
                    0,
                    ToolProvider.getSystemJavaCompiler()
                            .run(null, null, null, "-cp", path, "-d", directory.toString(), source.toString()));
        }
        try (var jar = new JarOutputStream(Files.newOutputStream(plugins.resolve("of-a-jar.jar")))) {
            try (var classes = Files.list(directory)) {
                for (var each : classes.filter(file -> file.toString().endsWith(".class"))
                        .toList()) {
                    jar.putNextEntry(new JarEntry(each.getFileName().toString()));
                    jar.write(Files.readAllBytes(each));
                }
            }
            jar.putNextEntry(new JarEntry("META-INF/services/dev.penstock.routing.spi.ScorerFactory"));
            jar.write("OfAJar\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Path locate(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
