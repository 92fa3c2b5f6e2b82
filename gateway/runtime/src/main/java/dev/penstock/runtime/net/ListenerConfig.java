package dev.penstock.runtime.net;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;
import java.util.Optional;

/** One address that HTTP is served on, and its limits. */
@Doc("One address that HTTP is served on, and its limits.")
public record ListenerConfig(
        @Doc("The address to bind: a name or an IP address; `0.0.0.0` is every interface.") @Default("127.0.0.1")
        String host,

        @Doc("The port to bind; 0 takes a free one.") @Default("8080") @Range(min = "0", max = "65535")
        int port,

        @Doc("TLS; without it the listener speaks cleartext HTTP/1.1.")
        Optional<ServerTls> tls,

        @Doc("Connections open at once; one more is answered 503 and closed.")
        @Default("10000")
        @Range(min = "1", max = "1000000")
        int maxConnections,

        @Doc("How long a connection may stay open between requests.") @Default("75s") @Range(min = "1s", max = "1h")
        Duration idleTimeout,

        @Doc("How long a connection may take to send the line and the headers of a request (408).")
        @Default("10s")
        @Range(min = "10ms", max = "10m")
        Duration headerTimeout,

        @Doc("How long a request may take to send its body (408).") @Default("30s") @Range(min = "10ms", max = "1h")
        Duration bodyTimeout,

        @Doc("The most bytes of a request line (414).") @Default("8KiB") @Range(min = "256B", max = "1MiB")
        ByteSize maxRequestLine,

        @Doc("The most bytes of all headers of a request (431).") @Default("16KiB") @Range(min = "1KiB", max = "1MiB")
        ByteSize maxHeaders,

        @Doc("The most bytes of a request body; what is beyond is not read (413).")
        @Default("16MiB")
        @Range(min = "1B", max = "1GiB")
        ByteSize maxBody) {

    public ListenerConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: a name or an IP address)");
        }
    }

    /** The defaults on a loopback port; 0 takes a free one. */
    public static ListenerConfig loopback(int port) {
        ListenerConfig defaults = ConfigLoader.defaults(ListenerConfig.class);
        return defaults.withPort(port);
    }

    /** The same limits on another port. */
    public ListenerConfig withPort(int other) {
        return new ListenerConfig(
                host,
                other,
                tls,
                maxConnections,
                idleTimeout,
                headerTimeout,
                bodyTimeout,
                maxRequestLine,
                maxHeaders,
                maxBody);
    }

    /** The same limits with other TLS. */
    public ListenerConfig withTls(Optional<ServerTls> other) {
        return new ListenerConfig(
                host,
                port,
                other,
                maxConnections,
                idleTimeout,
                headerTimeout,
                bodyTimeout,
                maxRequestLine,
                maxHeaders,
                maxBody);
    }
}
