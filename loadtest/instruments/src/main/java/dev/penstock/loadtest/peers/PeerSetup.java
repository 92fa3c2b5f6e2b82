package dev.penstock.loadtest.peers;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where a peer is to run, and in front of what.
 *
 * @param peers where peers are installed: {@code loadtest/peers/.installed}
 * @param upstream {@code http://host:port}, without {@code /v1}; has to answer {@code /health} and {@code /v1/models} too
 * @param model that the upstream serves, and lists in {@code /v1/models}; chats and embeddings alike
 * @param port of the peer on the loopback interface, from 1 to 65,535
 * @param workers processes of it, where it is one that serves with several; from 1: as many as there are cores
 * @param directory for its configuration, state and logs; exists and is empty
 */
public record PeerSetup(Path peers, URI upstream, String model, int port, int workers, Path directory) {
    /**
     * A setup within its bounds.
     *
     * @throws IllegalArgumentException when they are not kept
     */
    public PeerSetup {
        if (upstream.getHost() == null
                || upstream.getPort() < 1
                || !upstream.getRawPath().isEmpty()) {
            throw new IllegalArgumentException("upstream: " + upstream + " (expected: http://host:port)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        if (workers < 1 || workers > 1024) {
            throw new IllegalArgumentException("workers: " + workers + " (expected: 1 to 1024)");
        }
        peers = peers.toAbsolutePath();
        directory = directory.toAbsolutePath();
    }

    /** A file of what is installed of a peer. */
    String program(Peer peer, String path) {
        return peers.resolve(peer.name()).resolve(path).toString();
    }

    /** A URL of the peer. */
    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
