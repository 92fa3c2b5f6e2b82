package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.net.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Where the worker runs. */
@Doc("Where the worker runs, for routing between an operator's own ground and the cloud.")
public record SiteConfig(
        @Doc("The site's name.") @Default("local") @Example("plant-7")
        String name,

        @Doc("Whether the site is the operator's own ground (`edge`) or not (`cloud`).") @Default("edge")
        Kind kind,

        @Doc("A region label such as `eu-west-1`; empty where there is none.") @Default("''")
        String region,

        @Doc("The strictest class of data it may see. Without it: `private` at the edge, `public` in a cloud. Private"
                + " data never goes to a cloud, whatever this says.")
        @Example("internal")
        Optional<DataClass> clearance,

        @Doc(
                "The networks of the operator's own ground, such as `10.0.0.0/8`. A sidecar whose server is outside of them"
                        + " is a cloud worker, whatever `kind` says: what counts is where a request is finally run. Loopback"
                        + " addresses are always inside.")
        List<String> networks) {

    private static final int TEXT_LIMIT = 128;
    private static final int MAX_NETWORKS = 64;

    public SiteConfig {
        requireText("name", name, 1);
        requireText("region", region, 0);
        networks = List.copyOf(networks);
        if (networks.size() > MAX_NETWORKS) {
            throw new IllegalArgumentException(
                    "networks: " + networks.size() + " (expected: at most " + MAX_NETWORKS + ")");
        }
        networks.forEach(SiteConfig::requireNetwork);
    }

    private static void requireNetwork(String network) {
        try {
            var unused = Cidr.parse(network);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("networks: " + malformed.getMessage(), malformed);
        }
    }

    /** Whether an address is on the operator's own ground. */
    public boolean holds(InetAddress address) {
        return address.isLoopbackAddress()
                || networks.stream().map(Cidr::parse).anyMatch(network -> network.contains(address));
    }

    /** The strictest class of data that a site of this kind may see. */
    public DataClass clearance(Kind of) {
        return clearance.orElse(of == Kind.EDGE ? DataClass.PRIVATE : DataClass.PUBLIC);
    }

    /** As the pool takes it: a worker that may not be announced shall not start. */
    private static void requireText(String key, String value, int least) {
        if (value.length() < least
                || value.length() > TEXT_LIMIT
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + ": " + value.length() + " characters (expected: " + least + " to "
                    + TEXT_LIMIT + ", no control characters)");
        }
    }

    /** Whose ground a site is. */
    public enum Kind {
        /** The operator's own. */
        EDGE,
        /** Somebody else's. */
        CLOUD
    }
}
