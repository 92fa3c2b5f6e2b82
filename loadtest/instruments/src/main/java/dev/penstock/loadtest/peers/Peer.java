package dev.penstock.loadtest.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Another gateway: how it is started in front of one OpenAI-compatible upstream, with as many workers as there are cores
 * where it can, and with its telemetry off. {@link Peers} knows them all.
 */
public sealed interface Peer permits Bifrost, LiteLlm, Portkey, Smg, VllmRouter {
    /** As options and reports write it; also its folder below {@code loadtest/peers}. */
    String name();

    /**
     * The version that its {@code install.sh} has put in place, which says so last of all; empty when it is not installed.
     *
     * @param peers where peers are installed: {@code loadtest/peers/.installed}
     */
    default Optional<String> installed(Path peers) {
        Path version = peers.resolve(name()).resolve("VERSION");
        try {
            return Files.isRegularFile(version)
                    ? Optional.of(Files.readString(version).strip())
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(version + " cannot be read", unreadable);
        }
    }

    /**
     * Writes its configuration and tells how to start it. Starts nothing; whether it is installed is not checked.
     *
     * @throws IOException when the configuration cannot be written
     */
    PeerLaunch prepare(PeerSetup setup) throws IOException;
}
