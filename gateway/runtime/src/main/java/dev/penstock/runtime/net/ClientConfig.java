package dev.penstock.runtime.net;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** How this process calls other servers over HTTP, and its limits. */
@Doc("How this process calls other servers over HTTP/1.1. Redirects are never followed.")
public record ClientConfig(
        @Doc("How long a connection may take to open.") @Default("1s") @Range(min = "1ms", max = "1m")
        Duration connectTimeout,

        @Doc("How long an unused connection is kept.") @Default("60s") @Range(min = "1s", max = "1h")
        Duration keepAlive,

        @Doc("Connections open at once to one server, on each event loop.")
        @Default("1024")
        @Range(min = "1", max = "100000")
        int maxConnections,

        @Doc("Requests that may wait for a connection; one more fails at once.")
        @Default("1024")
        @Range(min = "0", max = "1000000")
        int maxWaiting,

        @Doc("The most bytes of all headers of an answer.") @Default("64KiB") @Range(min = "1KiB", max = "1MiB")
        ByteSize maxHeaders,

        @Doc("TLS, for servers that are named with `https`.") @Default("{}")
        ClientTls tls) {

    /** What an empty configuration means. */
    public static ClientConfig defaults() {
        return ConfigLoader.defaults(ClientConfig.class);
    }

    /** The same limits with another connect clock. */
    public ClientConfig withConnectTimeout(Duration other) {
        return new ClientConfig(other, keepAlive, maxConnections, maxWaiting, maxHeaders, tls);
    }

    /** The same limits but for the connections to one server. */
    public ClientConfig withMaxConnections(int other) {
        return new ClientConfig(connectTimeout, keepAlive, other, maxWaiting, maxHeaders, tls);
    }

    /** The same limits with other TLS. */
    public ClientConfig withTls(ClientTls other) {
        return new ClientConfig(connectTimeout, keepAlive, maxConnections, maxWaiting, maxHeaders, other);
    }
}
