package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.bench.GatewayTarget;
import dev.penstock.loadtest.process.ChildProcess;
import dev.penstock.loadtest.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The gateways that run. */
final class Subjects implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Pattern EMBEDDINGS =
            Pattern.compile("(?m)^penstock_embeddings_total\\{outcome=\"(\\w+)\"} (\\S+)$");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Subject, Running> running = new EnumMap<>(Subject.class);

    /** One of them. */
    private record Running(ChildProcess process, URI api, URI admin) {}

    /**
     * How many texts were to be embedded, and how many of them were in time.
     */
    record Embeddings(double made, double all) {}

    /**
     * Starts one, and returns when it serves.
     *
     * @param target with whose key and limits
     * @param directory for its configuration and log; exists
     */
    void start(Subject subject, GatewayTarget target, URI upstream, FreePorts ports, Path directory)
            throws IOException, InterruptedException {
        int port = ports.next();
        int adminPort = ports.next();
        Path file = Files.writeString(
                directory.resolve(subject.label() + ".yaml"),
                target.configuration(upstream, port, adminPort) + subject.section());
        URI admin = URI.create("http://127.0.0.1:" + adminPort);
        ChildProcess process = ChildProcess.start(
                subject.label(),
                List.of(target.penstock().toString(), "gateway", "-c", file.toString()),
                GatewayTarget.ENVIRONMENT,
                directory.resolve(subject.label() + ".log"));
        running.put(subject, new Running(process, URI.create("http://127.0.0.1:" + port), admin));
        process.awaitAnswer(admin.resolve("/health/ready"), true, START_LIMIT);
    }

    URI api(Subject subject) {
        return of(subject).api();
    }

    double cpuSeconds(Subject subject) {
        return of(subject).process().cpuSeconds();
    }

    /** What it tells of embeddings, since it started. */
    Embeddings embeddings(Subject subject) throws IOException, InterruptedException {
        String metrics = client.send(
                        HttpRequest.newBuilder(of(subject).admin().resolve("/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        double made = 0;
        double all = 0;
        for (MatchResult line : EMBEDDINGS.matcher(metrics).results().toList()) {
            double count = Double.parseDouble(line.group(2));
            all += count;
            made += line.group(1).equals("made") ? count : 0;
        }
        return new Embeddings(made, all);
    }

    /** Empties their logs, which would fill the disk. */
    void emptyLogs() throws IOException {
        for (Running each : running.values()) {
            Path log = each.process().log();
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
        }
    }

    private Running of(Subject subject) {
        Running found = running.get(subject);
        if (found == null) {
            throw new IllegalStateException(subject + " does not run");
        }
        return found;
    }

    @Override
    public void close() {
        running.values().forEach(each -> each.process().close());
        client.close();
    }
}
