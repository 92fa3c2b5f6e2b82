package dev.penstock.gateway.upstream;

import java.time.Duration;

/**
 * The numbers of the connections to workers.
 *
 * @param connect to have a connection, new or kept
 * @param keepAlive how long an unused connection is kept
 * @param maxConnections to one worker
 * @param maxHeaderBytes of an answer
 */
public record HttpForwarderSettings(Duration connect, Duration keepAlive, int maxConnections, int maxHeaderBytes) {
    /** What a gateway starts with. */
    public static final HttpForwarderSettings DEFAULT =
            new HttpForwarderSettings(Duration.ofSeconds(1), Duration.ofSeconds(30), 1024, 16 << 10);
}
