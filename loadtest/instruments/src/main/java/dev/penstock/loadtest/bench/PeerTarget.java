package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.peers.Peer;
import dev.penstock.loadtest.peers.PeerLaunch;
import dev.penstock.loadtest.peers.PeerSetup;
import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Another gateway.
 *
 * @param peer which
 * @param installed where peers are installed: {@code loadtest/peers/.installed}
 */
public record PeerTarget(Peer peer, Path installed) implements BenchTarget {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public Optional<String> missing() {
        return peer.installed(installed).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "not installed in " + installed + " (loadtest/peers/install.sh " + name() + " installs it)");
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public RunningTarget start(TargetSetup setup) throws IOException, InterruptedException {
        PeerLaunch launch = peer.prepare(new PeerSetup(
                installed,
                setup.upstream(),
                MockPace.MODEL,
                setup.ports().next(),
                setup.ports().next(),
                setup.workers(),
                setup.directory()));
        Path log = setup.directory().resolve(name() + ".log");
        ChildProcess process = ChildProcess.start(name(), launch.command(), launch.environment(), log);
        try {
            process.awaitAnswer(launch.ready(), true, START_LIMIT);
        } catch (IOException | InterruptedException failed) {
            process.close();
            throw failed;
        }
        return new RunningTarget(
                name(),
                peer.installed(installed).orElse(""),
                launch.base(),
                launch.base(),
                // Some ask for a key, any will do.
                Optional.of("none"),
                launch.headers(),
                launch.model(),
                Optional.of(process),
                false,
                List.of(log));
    }
}
