package dev.penstock.gateway.pipeline;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What a client showed. Never logged.
 *
 * @param authorization the {@code Authorization} header
 * @param peer the address at the other end of the connection, as text; empty where there is none
 */
public record Credentials(Optional<String> authorization, String peer) {
    /** Whether the connection came from this machine. */
    public boolean loopback() {
        return peer.startsWith("127.") || peer.equals("::1") || peer.equals("0:0:0:0:0:0:0:1");
    }

    /** The address at the other end; empty for what is none. An IPv4 address in IPv6 clothes is an IPv4 address. */
    public Optional<InetAddress> address() {
        try {
            return peer.isEmpty() ? Optional.empty() : Optional.of(InetAddress.ofLiteral(peer));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Credentials[authorization=" + (authorization.isPresent() ? "shown" : "none") + "]";
    }
}
