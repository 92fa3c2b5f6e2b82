package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.ConstraintsConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.KeyHash;
import dev.penstock.gateway.config.KeyHash.Algorithm;
import dev.penstock.gateway.config.PreviousHashConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.runtime.net.Cidr;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Knows clients by configured keys, of which it holds only digests. The id in a key finds its entry; the digest of the
 * whole key decides, compared in constant time. An unknown id costs the same work as a known one: for every key shown all
 * digests are made that any entry has, and compared with as many as the entry with the most has. What the key may is looked at
 * once it is known to be the right one.
 */
public final class KeyAuthenticator implements Authenticator {
    private static final String SCHEME = "bearer ";

    /** One secret of a key. */
    private static final class Accepted {
        /** All zero bits: no key is known to have this digest, and finding one would break SHA-256. */
        static final Accepted NONE = new Accepted(KeyHash.of(Algorithm.SHA256, new byte[32]), Instant.MIN);

        private final Algorithm algorithm;
        private final byte[] digest;
        private final Instant until;

        /** @param until from when it is refused */
        Accepted(KeyHash hash, Instant until) {
            this.algorithm = hash.algorithm();
            this.digest = hash.digest();
            this.until = until;
        }
    }

    private record Entry(Principal principal, List<Accepted> secrets, List<Cidr> networks, Instant expiry) {}

    private final Map<String, Entry> entries;
    private final Entry nobody;
    private final Set<Algorithm> algorithms;
    private final KeyDigest digest;
    private final InstantSource clock;

    /** An authenticator for the keys of a configuration; the clock judges their expiry. */
    public KeyAuthenticator(AuthConfig config, InstantSource clock) {
        int most = config.keys().stream()
                .mapToInt(key -> 1 + key.previous().size())
                .max()
                .orElse(1);
        Map<String, TenantConfig> tenants = tenants(config);
        Map<String, Entry> known = new HashMap<>();
        Set<Algorithm> used = EnumSet.of(Accepted.NONE.algorithm);
        for (KeyConfig key : config.keys()) {
            List<Accepted> secrets = secrets(key, most);
            secrets.forEach(secret -> used.add(secret.algorithm));
            known.put(
                    key.id(),
                    new Entry(
                            principal(tenants, key),
                            secrets,
                            key.cidrs(),
                            key.expiry().orElse(Instant.MAX)));
        }
        this.entries = known;
        this.nobody = new Entry(new Principal("nobody"), padded(new ArrayList<>(), most), List.of(), Instant.MIN);
        this.algorithms = used;
        this.digest = new KeyDigest(config.pepper());
        this.clock = clock;
    }

    private static Map<String, TenantConfig> tenants(AuthConfig config) {
        return config.tenants().stream().collect(Collectors.toMap(TenantConfig::id, Function.identity()));
    }

    private static List<Accepted> secrets(KeyConfig key, int most) {
        List<Accepted> secrets = new ArrayList<>(most);
        secrets.add(new Accepted(key.keyHash(), Instant.MAX));
        for (PreviousHashConfig previous : key.previous()) {
            secrets.add(new Accepted(previous.keyHash(), previous.end()));
        }
        return padded(secrets, most);
    }

    private static List<Accepted> padded(List<Accepted> secrets, int most) {
        while (secrets.size() < most) {
            secrets.add(Accepted.NONE);
        }
        return List.copyOf(secrets);
    }

    /** Who shows that key of the configuration: what its tenant, its project and itself demand holds together. */
    public static Principal principal(AuthConfig config, KeyConfig key) {
        return principal(tenants(config), key);
    }

    private static Principal principal(Map<String, TenantConfig> tenants, KeyConfig key) {
        Optional<TenantConfig> tenant = Optional.ofNullable(tenants.get(key.tenant()));
        Optional<ProjectConfig> project = tenant.flatMap(owner -> owner.projects().stream()
                .filter(each -> each.id().equals(key.project()))
                .findFirst());
        Constraints demanded = key.constraints()
                .constraints()
                .meet(demanded(tenant.map(TenantConfig::constraints)))
                .meet(demanded(project.map(ProjectConfig::constraints)));
        return new Principal(
                key.id(),
                key.tenant(),
                key.project(),
                key.models().stream().map(ModelId::new).collect(Collectors.toUnmodifiableSet()),
                key.endpoints().stream().map(endpoint -> endpoint.operation()).collect(Collectors.toUnmodifiableSet()),
                key.sites().isEmpty() ? demanded : demanded.at(Set.copyOf(key.sites())),
                key.criticality(),
                tenant.map(TenantConfig::weight).orElse(1.0));
    }

    private static Constraints demanded(Optional<ConstraintsConfig> constraints) {
        return constraints.map(ConstraintsConfig::constraints).orElse(Constraints.NONE);
    }

    @Override
    public Future<Principal> authenticate(Credentials credentials) {
        Optional<String> header = credentials.authorization();
        if (header.isEmpty()) {
            return refused("no API key was given (expected: the header `Authorization: Bearer KEY`)");
        }
        String value = header.get();
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return refused("the Authorization header is not of the form `Bearer KEY`");
        }
        return judge(value.substring(SCHEME.length()).strip(), credentials);
    }

    private Future<Principal> judge(String key, Credentials credentials) {
        Optional<String> id = ApiKey.id(key);
        if (id.isEmpty()) {
            return refused("the API key is not valid");
        }
        Entry entry = entries.getOrDefault(id.get(), nobody);
        Instant now = clock.instant();
        Map<Algorithm, byte[]> shown = new EnumMap<>(Algorithm.class);
        algorithms.forEach(algorithm -> shown.put(algorithm, digest.of(algorithm, key)));
        boolean right = false;
        boolean rotated = false;
        for (Accepted secret : entry.secrets) {
            boolean equal = MessageDigest.isEqual(secret.digest, shown.get(secret.algorithm));
            boolean taken = now.isBefore(secret.until);
            right |= equal && taken;
            rotated |= equal && !taken;
        }
        if (!right) {
            return refused(rotated ? "the API key has been replaced by a newer one" : "the API key is not valid");
        }
        if (!now.isBefore(entry.expiry)) {
            return refused("the API key has expired");
        }
        return entry.networks.isEmpty() || within(entry.networks, credentials)
                ? Future.succeededFuture(entry.principal)
                : Future.failedFuture(new GatewayException(GatewayError.Forbidden.network()));
    }

    private static boolean within(List<Cidr> networks, Credentials credentials) {
        Optional<InetAddress> address = credentials.address();
        return address.isPresent() && networks.stream().anyMatch(network -> network.contains(address.get()));
    }

    private static Future<Principal> refused(String reason) {
        return Future.failedFuture(new GatewayException(new GatewayError.Unauthenticated(reason)));
    }
}
