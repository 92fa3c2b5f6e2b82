package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.ChildProcess;
import dev.penstock.loadtest.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code penstock mock} as a process of its own.
 *
 * @param penstock {@code bin/penstock}
 * @param ports where it listens
 * @param loops its event loops, from 1
 */
public record MockProcess(Path penstock, FreePorts ports, int loops) implements MockStart {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    @Override
    public Mock start(MockPace pace, Path log) throws IOException, InterruptedException {
        int port = ports.next();
        URI uri = URI.create("http://127.0.0.1:" + port);
        ChildProcess process = ChildProcess.start("mock", command(pace, port), GatewayTarget.ENVIRONMENT, log);
        try {
            process.awaitAnswer(uri.resolve("/health"), true, START_LIMIT);
        } catch (IOException | InterruptedException failed) {
            process.close();
            throw failed;
        }
        return new Mock(uri, process::close);
    }

    private List<String> command(MockPace pace, int port) {
        Map<String, String> options = Map.of(
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--models",
                MockPace.MODEL,
                "--seed",
                Long.toString(pace.key().seed()),
                "--token-bytes",
                Integer.toString(pace.tokenBytes()),
                "--ttft",
                "0",
                "--inter-token",
                pace.interToken().isZero() ? "0" : pace.interToken().toMillis() + "ms",
                "--loops",
                Integer.toString(loops));
        List<String> command = new ArrayList<>(List.of(penstock.toString(), "mock"));
        options.forEach((name, value) -> command.addAll(List.of(name, value)));
        return command;
    }
}
