package dev.penstock.loadtest.peers;

import java.util.List;
import java.util.stream.Collectors;

/** The peers that are known. */
public final class Peers {
    private static final List<Peer> ALL =
            List.of(new Bifrost(), new LiteLlm(), new Portkey(), new Smg(), new VllmRouter());

    private Peers() {}

    /** All of them, by name. */
    public static List<Peer> all() {
        return ALL;
    }

    /**
     * The peer of a name.
     *
     * @throws IllegalArgumentException when there is none, naming those that there are
     */
    public static Peer named(String name) {
        return ALL.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("peer: " + name + " (expected: one of "
                        + ALL.stream().map(Peer::name).collect(Collectors.joining(", ")) + ")"));
    }
}
