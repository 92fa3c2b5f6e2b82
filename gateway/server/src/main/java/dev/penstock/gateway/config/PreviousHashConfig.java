package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.time.Instant;

/** What is kept of the secret that a key had before. */
@Doc("The secret that a key had before it was rotated, for as long as both are taken.")
public record PreviousHashConfig(
        @Doc("What is kept of it, as `hash`.")
        @Example("sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90")
        String hash,

        @Doc("The UTC instant from which it is refused.") @Example("2027-01-31T00:00:00Z")
        String until) {
    public PreviousHashConfig {
        KeyConfig.requireHash(hash);
        KeyConfig.instant("until", until);
    }

    /** The parsed hash. */
    public KeyHash keyHash() {
        return KeyHash.parse(hash).orElseThrow();
    }

    /** The parsed end. */
    public Instant end() {
        return KeyConfig.instant("until", until);
    }
}
