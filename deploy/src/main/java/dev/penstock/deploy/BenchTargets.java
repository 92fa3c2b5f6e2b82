package dev.penstock.deploy;

import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.loadtest.bench.BenchTarget;
import dev.penstock.loadtest.bench.DirectTarget;
import dev.penstock.loadtest.bench.GatewayTarget;
import dev.penstock.loadtest.bench.NginxTarget;
import dev.penstock.loadtest.bench.PeerTarget;
import dev.penstock.loadtest.peers.Peer;
import dev.penstock.loadtest.peers.Peers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** What is compared. */
final class BenchTargets {
    private static final List<String> OWN = List.of(DirectTarget.NAME, NginxTarget.NAME, GatewayTarget.NAME);

    @Option(
            names = "--target",
            paramLabel = "NAME",
            split = ",",
            description =
                    "direct, nginx or penstock; may be repeated. Default: all three, nginx where it is installed.")
    private List<String> targets = List.of();

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            split = ",",
            description = {
                "Another gateway to compare with: portkey, litellm, smg, vllm-router or bifrost; may be repeated.",
                "loadtest/peers/install.sh NAME installs it."
            })
    private List<String> peers = List.of();

    @Option(
            names = "--peers-dir",
            paramLabel = "DIR",
            description = "Where peers are installed. Default: $PENSTOCK_PEERS, or loadtest/peers/.installed.")
    private Optional<Path> peersDirectory = Optional.empty();

    /**
     * The targets asked for.
     *
     * @param penstock {@code bin/penstock}
     * @param version of it
     * @throws IllegalArgumentException when there is none of a name
     */
    List<BenchTarget> chosen(Path penstock, String version) {
        for (String name : targets) {
            if (!OWN.contains(name)) {
                throw new IllegalArgumentException("--target: " + name + " (expected: " + String.join(", ", OWN)
                        + "; other gateways are a --peer)");
            }
        }
        List<BenchTarget> all = List.of(
                new DirectTarget(),
                NginxTarget.find(Optional.ofNullable(System.getenv("PATH")).orElse("")),
                gateway(penstock, version));
        List<BenchTarget> chosen = new ArrayList<>(all.stream()
                .filter(target -> targets.isEmpty() || targets.contains(target.name()))
                .toList());
        Path installed = peersDirectory
                .or(() -> Optional.ofNullable(System.getenv("PENSTOCK_PEERS")).map(Path::of))
                .orElse(Path.of("loadtest", "peers", ".installed"))
                .toAbsolutePath();
        for (String name : peers) {
            Peer peer = Peers.named(name);
            chosen.add(new PeerTarget(peer, installed));
        }
        return chosen;
    }

    /** Penstock, with a key of its own. */
    static GatewayTarget gateway(Path penstock, String version) {
        NewKey key = NewKey.generate("bench", Optional.empty(), new SecureRandom());
        return new GatewayTarget(penstock, version, key.id(), key.hash().toString(), key.key());
    }

    /** Whether it is a fault that none of these ran: all but an nginx that nobody asked for. */
    boolean missed(Set<String> skipped) {
        return skipped.stream().anyMatch(name -> !name.equals(NginxTarget.NAME) || targets.contains(name));
    }
}
