package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.KeyHash;
import dev.penstock.gateway.config.KeyHash.Algorithm;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.ModelId;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows clients by configured keys, of which it holds only digests. The id in a key finds its entry; the digest of the
 * whole key decides, compared in constant time. An unknown id costs the same work as a known one: for every key shown all
 * digests are made that any entry has, and compared with one that nothing matches.
 */
public final class KeyAuthenticator implements Authenticator {
    private static final String SCHEME = "bearer ";

    private record Entry(Principal principal, KeyHash hash, Optional<Instant> expiry) {}

    /** All zero bits: no key is known to have this digest, and finding one would break SHA-256. */
    private static final Entry NOBODY =
            new Entry(new Principal("nobody"), KeyHash.of(Algorithm.SHA256, new byte[32]), Optional.of(Instant.MIN));

    private final Map<String, Entry> entries;
    private final Set<Algorithm> algorithms;
    private final KeyDigest digest;
    private final InstantSource clock;

    /** An authenticator for the keys of a configuration; the clock judges their expiry. */
    public KeyAuthenticator(AuthConfig config, InstantSource clock) {
        this.entries = new HashMap<>();
        for (KeyConfig key : config.keys()) {
            entries.put(key.id(), new Entry(principal(key), key.keyHash(), key.expiry()));
        }
        this.algorithms = Stream.concat(Stream.of(NOBODY), entries.values().stream())
                .map(entry -> entry.hash.algorithm())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Algorithm.class)));
        this.digest = new KeyDigest(config.pepper());
        this.clock = clock;
    }

    /** Who shows that key. */
    public static Principal principal(KeyConfig key) {
        return new Principal(
                key.id(),
                key.tenant(),
                key.project(),
                key.models().stream().map(ModelId::new).collect(Collectors.toUnmodifiableSet()),
                key.constraints().constraints());
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
        return judge(value.substring(SCHEME.length()).strip());
    }

    private Future<Principal> judge(String key) {
        Optional<String> id = ApiKey.id(key);
        if (id.isEmpty()) {
            return refused("the API key is not valid");
        }
        Entry entry = entries.getOrDefault(id.get(), NOBODY);
        boolean right = false;
        for (Algorithm algorithm : algorithms) {
            boolean equal = MessageDigest.isEqual(entry.hash.digest(), digest.of(algorithm, key));
            right |= equal && algorithm == entry.hash.algorithm();
        }
        if (!right) {
            return refused("the API key is not valid");
        }
        if (entry.expiry.filter(end -> !clock.instant().isBefore(end)).isPresent()) {
            return refused("the API key has expired");
        }
        return Future.succeededFuture(entry.principal);
    }

    private static Future<Principal> refused(String reason) {
        return Future.failedFuture(new GatewayException(new GatewayError.Unauthenticated(reason)));
    }
}
