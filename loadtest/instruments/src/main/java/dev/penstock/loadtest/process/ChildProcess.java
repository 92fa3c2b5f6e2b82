package dev.penstock.loadtest.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program under test, and the processes that it started in turn. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program; it may not serve yet.
     *
     * @param log what it prints goes there
     * @throws IOException when there is no such program
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ChildProcess(name, builder.start(), log);
    }

    /** What it is called in reports. */
    public String name() {
        return name;
    }

    /** Where what it prints goes. */
    public Path log() {
        return log;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Waits until a URL of it answers with any status below 500, or with 200 where {@code exactly} is set.
     *
     * @throws IOException when it ends before, or does not answer within the limit; says the end of its log
     */
    public ChildProcess awaitAnswer(URI url, boolean exactly, Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        HttpRequest request =
                HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            while (!answers(http, request, exactly)) {
                if (!process.isAlive()) {
                    throw new IOException(name + " ended with " + process.exitValue() + "; it said:\n" + tail());
                }
                if (System.nanoTime() - until > 0) {
                    throw new IOException(
                            name + " does not answer at " + url + " after " + limit + "; it said:\n" + tail());
                }
                Thread.sleep(POLL);
            }
        }
        return this;
    }

    private static boolean answers(HttpClient http, HttpRequest request, boolean exactly) throws InterruptedException {
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return exactly ? status == 200 : status < 500;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** User and system time of it and of what it started, in seconds. */
    public double cpuSeconds() {
        return family().mapToDouble(ChildProcess::cpuSeconds).sum();
    }

    /** Memory of it and of what it started that is in RAM and not shared with the others ({@code Pss} where it can be read). */
    public long residentBytes() {
        return family().mapToLong(ChildProcess::residentBytes).sum();
    }

    /** How many file descriptors it and what it started hold. */
    public long openFiles() {
        return family().mapToLong(ChildProcess::openFiles).sum();
    }

    private Stream<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private static double cpuSeconds(ProcessHandle handle) {
        // Everything after the name, which may hold blanks: fields 14 and 15 are user and system time in 1/100 s.
        String stat = read(handle, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length < 13 ? 0 : (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    private static long residentBytes(ProcessHandle handle) {
        return kilobytes(read(handle, "smaps_rollup"), "Pss:")
                .or(() -> kilobytes(read(handle, "status"), "VmRSS:"))
                .orElse(0L);
    }

    private static Optional<Long> kilobytes(String text, String field) {
        return text.lines()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }

    private static long openFiles(ProcessHandle handle) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(handle.pid()), "fd"))) {
            return files.count();
        } catch (IOException ended) {
            return 0;
        }
    }

    private static String read(ProcessHandle handle, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), file));
        } catch (IOException ended) {
            return "";
        }
    }

    /** As {@code kill -9}; what it started goes with it. */
    public void kill() {
        List<ProcessHandle> family = family().toList();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    /** As {@code kill}. */
    public void terminate() {
        process.destroy();
    }

    /** As {@code kill -SIGNAL}, such as STOP, CONT or HUP. */
    public void signal(String signal) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
        } catch (IOException noKill) {
            throw new UncheckedIOException("kill cannot be run", noKill);
        }
    }

    /** Waits until it has ended, and gives its exit code; empty when it has not by then. */
    public Optional<Integer> awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(process.exitValue())
                : Optional.empty();
    }

    /** Ends it: in order, and by force where that takes more than five seconds. */
    @Override
    public void close() {
        terminate();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
                process.waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
