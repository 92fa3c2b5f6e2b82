package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.KeyHash;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Knows whoever administers, by keys of which only digests are kept. */
public final class AdminKeys {
    private static final String SCHEME = "bearer ";

    private final List<KeyHash> hashes;
    private final KeyDigest digest;

    /** Those of a configuration. */
    public AdminKeys(AuthConfig config) {
        this.hashes = config.adminHashes();
        this.digest = new KeyDigest(config.pepper());
    }

    /** Whether there are none. */
    public boolean none() {
        return hashes.isEmpty();
    }

    /**
     * The id in a key that is one of them; the whole key decides, compared with each in constant time.
     *
     * @param authorization the {@code Authorization} header
     */
    public Optional<String> id(Optional<String> authorization) {
        Optional<String> key = authorization
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip());
        Optional<String> id = key.flatMap(ApiKey::id);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        boolean right = false;
        for (KeyHash hash : hashes) {
            boolean equal = MessageDigest.isEqual(hash.digest(), digest.of(hash.algorithm(), key.orElseThrow()));
            right |= equal;
        }
        return right ? id : Optional.empty();
    }
}
