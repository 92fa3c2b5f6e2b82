package dev.penstock.gateway.cluster;

import dev.penstock.runtime.net.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where workers that announce themselves may be. A gateway sends requests, and what it shows to be let in, to the address
 * that a record names: so only to networks an operator means. Link-local addresses (cloud metadata services among them),
 * "any" addresses, multicast, and the ways of writing an IPv4 address inside an IPv6 one are refused whatever is allowed.
 */
public final class EndpointRules {
    /** Loopback and the private networks of RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 4193 (IPv6 unique local). */
    public static final List<Cidr> PRIVATE_NETWORKS = Stream.of(
                    "127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
            .map(Cidr::parse)
            .toList();

    private static final List<Cidr> NEVER = Stream.of(
                    "0.0.0.0/8",
                    "169.254.0.0/16", // link-local: AWS, Azure, GCP metadata
                    "100.100.100.200", // Alibaba metadata
                    "192.0.0.192", // Oracle metadata
                    "224.0.0.0/3", // multicast, reserved, broadcast
                    "fe80::/10",
                    "ff00::/8",
                    "fd00:ec2::254", // AWS metadata
                    "fd20:ce::254", // GCP metadata
                    "2002::/16", // 6to4
                    "2001::/32", // Teredo
                    "64:ff9b::/96", // NAT64
                    "64:ff9b:1::/48")
            .map(Cidr::parse)
            .toList();

    private static final Cidr IPV4_COMPATIBLE = Cidr.parse("::/96");
    private static final InetAddress IPV6_LOOPBACK = InetAddress.ofLiteral("::1");
    private static final Pattern CANONICAL_IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    /** Its last label is no number in any of C's notations: that would be an address to many a resolver. */
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*"
                    + "(?![0-9]+$|0[xX][0-9A-Fa-f]*$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private final List<Cidr> allowed;

    /** Rules that allow these networks. */
    public EndpointRules(List<Cidr> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** What is wrong with an endpoint as it is written; empty where nothing is. */
    Optional<String> fault(URI endpoint) {
        @Nullable String scheme = endpoint.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            return Optional.of("its scheme is neither http nor https");
        }
        if (endpoint.getRawUserInfo() != null || endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
            return Optional.of("it holds user info, a query or a fragment");
        }
        if (endpoint.getPort() == 0 || endpoint.getPort() > 65_535) {
            return Optional.of("its port is not 1 to 65535");
        }
        @Nullable String host = endpoint.getHost();
        if (host == null || !(isLiteral(host) || HOST_NAME.matcher(host).matches())) {
            return Optional.of("its host is neither a host name nor an address in its usual form");
        }
        return Optional.empty();
    }

    /** The address a host is written as; empty for a name. */
    Optional<InetAddress> literal(String host) {
        return isLiteral(host) ? Optional.of(InetAddress.ofLiteral(bare(host))) : Optional.empty();
    }

    /** Whether workers may be at an address. */
    public boolean allows(InetAddress address) {
        boolean embedsIpv4 = IPV4_COMPATIBLE.contains(address) && !address.equals(IPV6_LOOPBACK);
        return !embedsIpv4
                && NEVER.stream().noneMatch(network -> network.contains(address))
                && allowed.stream().anyMatch(network -> network.contains(address));
    }

    /** Java's parser also takes decimal, octal, hexadecimal and short forms, which others read otherwise: not here. */
    private static boolean isLiteral(String host) {
        return host.startsWith("[")
                ? !host.contains("%")
                : CANONICAL_IPV4.matcher(host).matches();
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
