package dev.penstock.gateway.pipeline;

import java.util.Optional;

/**
 * What a client showed. Never logged.
 *
 * @param authorization the {@code Authorization} header
 * @param loopback whether the connection came from this machine
 */
public record Credentials(Optional<String> authorization, boolean loopback) {
    @Override
    public String toString() {
        return "Credentials[authorization=" + (authorization.isPresent() ? "shown" : "none") + "]";
    }
}
