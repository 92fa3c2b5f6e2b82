package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * nginx, as many workers as cores.
 *
 * @param program where it is
 */
public record NginxTarget(Optional<Path> program) implements BenchTarget {
    /** Its name. */
    public static final String NAME = "nginx";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /** The nginx of this machine: of the search path, or where it is installed for root. */
    public static NginxTarget find(String searchPath) {
        return new NginxTarget(Stream.concat(
                        Stream.of(searchPath.split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "nginx"))
                .filter(Files::isExecutable)
                .findFirst());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return program.isPresent() ? Optional.empty() : Optional.of("no nginx on PATH nor in /usr/sbin");
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public RunningTarget start(TargetSetup setup) throws IOException, InterruptedException {
        Path nginx = program.orElseThrow(() -> new IOException("no nginx"));
        int jsonPort = setup.ports().next();
        int streamPort = setup.ports().next();
        NginxConfig config = new NginxConfig(
                setup.upstream(),
                setup.directory(),
                jsonPort,
                streamPort,
                setup.workers(),
                "root".equals(System.getProperty("user.name")));
        Path file = Files.writeString(setup.directory().resolve("nginx.conf"), config.text());
        ChildProcess process = ChildProcess.start(
                NAME,
                List.of(nginx.toString(), "-p", setup.directory().toString(), "-c", file.toString()),
                Map.of(),
                setup.directory().resolve("nginx.log"));
        URI json = URI.create("http://127.0.0.1:" + jsonPort);
        try {
            process.awaitAnswer(json.resolve("/health"), true, START_LIMIT);
        } catch (IOException | InterruptedException failed) {
            process.close();
            throw failed;
        }
        return new RunningTarget(
                NAME,
                version(nginx),
                json,
                URI.create("http://127.0.0.1:" + streamPort),
                Optional.empty(),
                Map.of(),
                MockPace.MODEL,
                Optional.of(process),
                false,
                List.of(setup.directory().resolve("access.log")));
    }

    private static String version(Path nginx) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(nginx.toString(), "-v")
                .redirectErrorStream(true)
                .start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return said.lines()
                .filter(line -> line.contains("nginx/"))
                .map(line -> line.substring(line.indexOf("nginx/") + 6).strip())
                .findFirst()
                .orElse("");
    }
}
