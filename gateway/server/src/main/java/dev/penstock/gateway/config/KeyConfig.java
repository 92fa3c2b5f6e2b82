package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One API key. */
@Doc("One API key. `penstock key new ID` makes a key and prints what to write here; the key itself is shown only then.")
public record KeyConfig(
        @Doc("The key's public name: it is part of the key (`pk-ID-...`), and what logs say in its place.")
        @Example("team-a")
        String id,

        @Doc("""
                What is kept of the key: `hmac-sha256:HEX`, made with the pepper, or `sha256:HEX` where there is no
                pepper.""") @Example("sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90")
        String hash,

        @Doc("Who is billed for it, in the ledger.") @Default("default")
        String tenant,

        @Doc("The part of the tenant that it belongs to.") @Default("default")
        String project,

        @Doc("""
                The models it may ask for, by name; empty is every model. Any other model is answered 404, as if it did
                not exist, and is not listed.""") List<String> models,

        @Doc("Its own rate limit; without one it has that of `auth.rate`.")
        Optional<RateConfig> rate,

        @Doc(
                "The UTC instant from which it is refused, such as `2027-01-31T00:00:00Z`; without one it does not expire.")
        @Example("2027-01-31T00:00:00Z")
        Optional<String> expires,

        @Doc("What must hold of whoever runs its requests, beside what `routing.constraints` says.") @Default("{}")
        ConstraintsConfig constraints,

        @Doc("What the time of its requests and the quality of their answers are worth.")
        Optional<WorthOverrideConfig> worth) {
    private static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

    public KeyConfig {
        requireId(id);
        if (KeyHash.parse(hash).isEmpty()) {
            // The value is not repeated: it may be a key pasted by mistake.
            throw new IllegalArgumentException(
                    "hash: not a hash (expected: sha256: or hmac-sha256: and 64 hexadecimal digits)");
        }
        requireId("tenant", tenant);
        requireId("project", project);
        models = List.copyOf(models);
        Names.requireDistinct("models", "name", models);
        models.forEach(name -> Names.requireModel("models", name));
        expires.ifPresent(KeyConfig::instant);
    }

    /**
     * Checks a key id.
     *
     * @throws IllegalArgumentException beginning {@code id:}
     */
    public static void requireId(String id) {
        requireId("id", id);
    }

    private static void requireId(String key, String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(key + ": \"" + id
                    + "\" (expected: 1 to 64 lower-case letters, digits or dashes, no dash first or last)");
        }
    }

    /** The parsed hash. */
    public KeyHash keyHash() {
        return KeyHash.parse(hash).orElseThrow();
    }

    /** The parsed expiry. */
    public Optional<Instant> expiry() {
        return expires.map(KeyConfig::instant);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(
                    "expires: " + text + " (expected: a UTC instant such as 2027-01-31T00:00:00Z)", malformed);
        }
    }
}
