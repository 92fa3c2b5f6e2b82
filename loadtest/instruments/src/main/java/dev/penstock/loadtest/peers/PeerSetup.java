package dev.penstock.loadtest.peers;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a peer is to run, and in front of what.
 *
 * @param peers where peers are installed: {@code loadtest/peers/.installed}
 * @param upstream {@code http://host:port}, without {@code /v1}; has to answer {@code /health} and {@code /v1/models} too
 * @param model that the upstream serves, and lists in {@code /v1/models}; chats and embeddings alike
 * @param port of the peer on the loopback interface, from 1 to 65,535
 * @param metricsPort another port on the loopback interface, for those that serve their metrics on one of their own
 * @param workers processes of it, where it is one that serves with several; from 1: as many as there are cores
 * @param directory for its configuration, state and logs; exists and is empty
 */
public record PeerSetup(
        Path peers, URI upstream, String model, int port, int metricsPort, int workers, Path directory) {
    /**
     * A setup within its bounds.
     *
     * @throws IllegalArgumentException when they are not kept
     */
    public PeerSetup {
        if (upstream.getHost() == null
                || upstream.getPort() < 1
                || !upstream.getRawPath().isEmpty()
                || !"http".equals(upstream.getScheme())) {
            throw new IllegalArgumentException("upstream: " + upstream + " (expected: http://host:port)");
        }
        check("port", port, 65_535);
        check("metrics port", metricsPort, 65_535);
        check("workers", workers, 1024);
        if (port == metricsPort) {
            throw new IllegalArgumentException("metrics port: " + metricsPort + " (expected: another than the port)");
        }
        peers = peers.toAbsolutePath();
        directory = directory.toAbsolutePath();
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + most + ")");
        }
    }

    /** A file of what is installed of a peer. */
    String program(Peer peer, String path) {
        return peers.resolve(peer.name()).resolve(path).toString();
    }

    /**
     * The command of a program of a Python environment. Its scripts name the interpreter by where it was installed, so it
     * is named here: what was moved since still runs.
     */
    List<String> python(Peer peer, String script, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program(peer, "bin/python"));
        command.add(program(peer, script));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A URL of the peer. */
    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
