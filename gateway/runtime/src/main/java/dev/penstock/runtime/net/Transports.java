package dev.penstock.runtime.net;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the transport of a process. */
public final class Transports {
    /** The system property that overrides the configuration: {@code auto}, {@code io-uring}, {@code epoll}, {@code nio}. */
    public static final String PROPERTY = "penstock.transport";

    private static final Logger LOGGER = LoggerFactory.getLogger(Transports.class);

    private Transports() {}

    /**
     * What was chosen.
     *
     * @param transport the transport
     * @param name its name, never {@code AUTO}
     * @param reason why this one, for the log
     */
    public record Choice(Transport transport, TransportName name, String reason) {}

    /**
     * The transport that was asked for, or the best one there is.
     *
     * @throws IllegalArgumentException when the one that was asked for cannot be had here, or the system property names
     *     none
     */
    public static Choice choose(TransportName wanted) {
        TransportName name = override(wanted);
        if (name != TransportName.AUTO) {
            Transport transport = transport(name);
            if (transport == null || !transport.available()) {
                throw new IllegalArgumentException(
                        "transport: " + label(name) + " (expected: one that this machine has; " + why(transport) + ")");
            }
            return new Choice(transport, name, "asked for");
        }
        List<String> passed = new ArrayList<>();
        for (TransportName candidate : List.of(TransportName.IO_URING, TransportName.EPOLL)) {
            Transport transport = transport(candidate);
            if (transport != null && transport.available()) {
                String reason = passed.isEmpty() ? "the best there is" : String.join("; ", passed);
                return new Choice(transport, candidate, reason);
            }
            passed.add("no " + label(candidate) + ": " + why(transport));
        }
        return new Choice(Transport.NIO, TransportName.NIO, String.join("; ", passed));
    }

    /** A Vert.x on the transport that was asked for, or the best one there is; says which in the log. */
    public static Vertx vertx(TransportName wanted, VertxOptions options) {
        Choice choice = choose(wanted);
        LOGGER.info("transport {} ({})", label(choice.name()), choice.reason());
        return Vertx.builder().with(options).withTransport(choice.transport()).build();
    }

    private static TransportName override(TransportName wanted) {
        String property = System.getProperty(PROPERTY);
        if (property == null) {
            return wanted;
        }
        for (TransportName name : TransportName.values()) {
            if (label(name).equals(property)) {
                return name;
            }
        }
        throw new IllegalArgumentException(
                PROPERTY + ": " + property + " (expected: one of auto, io-uring, epoll, nio)");
    }

    private static @Nullable Transport transport(TransportName name) {
        return switch (name) {
            case IO_URING -> Transport.IO_URING;
            case EPOLL -> Transport.EPOLL;
            case NIO, AUTO -> Transport.NIO;
        };
    }

    private static String why(@Nullable Transport transport) {
        if (transport == null) {
            return "its library is not on the class path";
        }
        Throwable cause = transport.unavailabilityCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? "not available" : String.valueOf(cause.getMessage());
    }

    private static String label(TransportName name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
