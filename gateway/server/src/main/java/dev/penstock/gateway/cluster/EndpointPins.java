package dev.penstock.gateway.cluster;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns an announced endpoint into the one that is dialled. A host name is looked up once, off the caller's thread, and
 * every address it has must be allowed. An {@code http} endpoint is then dialled at that very address, so that the name
 * cannot come to mean another between check and use; an {@code https} one keeps its name, since its certificate must be
 * for it.
 *
 * <p>Of several addresses the first is dialled, and stays while the name still has it, in whatever order. A name that
 * cannot be looked up any more keeps the addresses it had: whether a worker is still there is for its probes to say.
 */
final class EndpointPins {
    private static final int MAX_HOSTS = 4096;
    private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();

    /** What became of an endpoint. */
    sealed interface Pin {
        /** Dial this. */
        record Dialled(URI endpoint) implements Pin {}

        /** Do not. */
        record NotAllowed(String why) implements Pin {}

        /** Its name is being looked up: ask again at the next heartbeat. */
        record Resolving() implements Pin {}
    }

    /** What a host name stood for; no addresses where it stood for nothing. */
    private record Known(List<InetAddress> addresses, long atNanos, boolean refreshing) {}

    private final EndpointRules rules;
    private final AddressResolver resolver;
    private final Executor executor;
    private final LongSupplier nanoClock;
    private final Map<String, Known> hosts = new LinkedHashMap<>();

    EndpointPins(EndpointRules rules, AddressResolver resolver, Executor executor, LongSupplier nanoClock) {
        this.rules = rules;
        this.resolver = resolver;
        this.executor = executor;
        this.nanoClock = nanoClock;
    }

    Pin pin(URI endpoint) {
        Optional<String> fault = rules.fault(endpoint);
        if (fault.isPresent()) {
            return new Pin.NotAllowed(fault.get());
        }
        Optional<InetAddress> literal = rules.literal(endpoint.getHost());
        if (literal.isPresent()) {
            return judge(endpoint, List.of(literal.get()));
        }
        @Nullable Known known = lookUp(endpoint.getHost());
        return known == null ? new Pin.Resolving() : judge(endpoint, known.addresses());
    }

    private Pin judge(URI endpoint, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return new Pin.NotAllowed("its host name has no address");
        }
        for (InetAddress address : addresses) {
            if (!rules.allows(address)) {
                return new Pin.NotAllowed(address.getHostAddress() + " is not in a network where workers may be");
            }
        }
        return new Pin.Dialled("https".equals(endpoint.getScheme()) ? endpoint : at(endpoint, addresses.getFirst()));
    }

    private static URI at(URI endpoint, InetAddress address) {
        String host = address.getHostAddress();
        try {
            return new URI(
                    endpoint.getScheme(),
                    null,
                    host.contains(":") ? "[" + host + "]" : host,
                    endpoint.getPort(),
                    endpoint.getPath(),
                    null,
                    null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("an address is a host: " + host, e);
        }
    }

    /** What is known of a host; starts to look it up where that is nothing, or old. */
    private synchronized @Nullable Known lookUp(String host) {
        long now = nanoClock.getAsLong();
        @Nullable Known known = hosts.get(host);
        if (known == null && hosts.size() >= MAX_HOSTS) {
            hosts.remove(hosts.keySet().iterator().next());
        }
        if (known == null || (now - known.atNanos() > FRESH_NANOS && !known.refreshing())) {
            hosts.put(host, new Known(known == null ? List.of() : known.addresses(), now, true));
            executor.execute(() -> learn(host));
        }
        return known == null || (known.refreshing() && known.addresses().isEmpty()) ? null : known;
    }

    private void learn(String host) {
        List<InetAddress> found;
        try {
            found = List.copyOf(resolver.resolve(host));
        } catch (UnknownHostException e) {
            found = List.of();
        }
        synchronized (this) {
            @Nullable Known before = hosts.get(host);
            List<InetAddress> addresses = before == null ? found : renewed(before.addresses(), found);
            hosts.put(host, new Known(addresses, nanoClock.getAsLong(), false));
        }
    }

    private static List<InetAddress> renewed(List<InetAddress> before, List<InetAddress> found) {
        if (found.isEmpty()) {
            return before;
        }
        if (before.isEmpty() || !found.contains(before.getFirst())) {
            return found;
        }
        InetAddress pinned = before.getFirst();
        return Stream.concat(Stream.of(pinned), found.stream().filter(address -> !address.equals(pinned)))
                .toList();
    }
}
