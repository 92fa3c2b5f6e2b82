package dev.penstock.gateway.cluster;

import java.util.List;
import java.util.Optional;

/**
 * How a gateway takes part in the cluster.
 *
 * @param bindAddress the one interface that members and workers reach it on: an address, not a name or a wildcard
 * @param port 0 takes a free one
 * @param members {@code host:port} of gateways to look for at start, itself among them or not; empty: it begins alone
 * @param publicAddress {@code host:port} that others reach it by where that is not the bound one (NAT, containers)
 * @param answerMebibytes of heap at most for what it holds of the answers of all gateways
 */
public record MemberSettings(
        String bindAddress, int port, List<String> members, Optional<String> publicAddress, int answerMebibytes) {
    /** Of a gateway that remembers no answers itself. */
    public static final int LITTLE = 16;

    public MemberSettings {
        if (bindAddress.isBlank() || bindAddress.equals("0.0.0.0") || bindAddress.equals("::")) {
            throw new IllegalArgumentException("bind-address: \"" + bindAddress
                    + "\" (expected: the address of one interface; whoever reaches the port can join)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        if (answerMebibytes < 1) {
            throw new IllegalArgumentException("answer-mebibytes: " + answerMebibytes + " (expected: >= 1)");
        }
        members = List.copyOf(members);
    }

    /** With {@link #LITTLE} for answers. */
    public MemberSettings(String bindAddress, int port, List<String> members, Optional<String> publicAddress) {
        this(bindAddress, port, members, publicAddress, LITTLE);
    }

    /** Alone on this machine, on a free port. */
    public static MemberSettings loopback() {
        return new MemberSettings("127.0.0.1", 0, List.of(), Optional.empty());
    }
}
