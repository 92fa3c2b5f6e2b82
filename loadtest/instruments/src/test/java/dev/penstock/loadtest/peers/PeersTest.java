package dev.penstock.loadtest.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTest {
    @TempDir
    Path peers;

    @Test
    void namesAreThoseOfTheFoldersWithInstallers() {
        assertEquals(
                List.of("bifrost", "litellm", "portkey", "smg", "vllm-router"),
                Peers.all().stream().map(Peer::name).toList());
    }

    @Test
    void everyPeerHasAnInstaller() {
        Path sources = Path.of("../peers");
        assertEquals(
                List.of(),
                Peers.all().stream()
                        .filter(peer ->
                                !Files.isExecutable(sources.resolve(peer.name()).resolve("install.sh")))
                        .toList());
    }

    @Test
    void namedFindsEach() {
        for (Peer peer : Peers.all()) {
            assertEquals(peer, Peers.named(peer.name()));
        }
    }

    @Test
    void unknownNameIsToldTheKnownOnes() {
        IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class, () -> Peers.named("envoy"));
        assertEquals(
                "peer: envoy (expected: one of bifrost, litellm, portkey, smg, vllm-router)", unknown.getMessage());
    }

    @Test
    void installedIsWhatTheInstallerSaysLast() throws IOException {
        Peer smg = Peers.named("smg");
        assertEquals(Optional.empty(), smg.installed(peers));
        Path folder = Files.createDirectories(peers.resolve("smg"));
        assertEquals(Optional.empty(), smg.installed(peers));
        Files.writeString(folder.resolve("VERSION"), "1.2.3\n");
        assertEquals(Optional.of("1.2.3"), smg.installed(peers));
        assertEquals(Optional.empty(), Peers.named("portkey").installed(peers));
    }
}
