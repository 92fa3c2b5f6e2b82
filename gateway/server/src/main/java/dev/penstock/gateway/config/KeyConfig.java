package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.net.Cidr;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One API key. */
@Doc(
        "One API key. `penstock keys hash ID` makes a key and prints what to write here; the key itself is shown only then.")
public record KeyConfig(
        @Doc("The key's public name: it is part of the key (`sk-pen-ID-...`), and what logs say in its place.")
        @Example("team-a")
        String id,

        @Doc("""
                What is kept of the key: `hmac-sha256:HEX`, made with the pepper, or `sha256:HEX` where there is no
                pepper.""") @Example("sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90")
        String hash,

        @Doc("Secrets that it had before it was rotated, for as long as they are taken too; at most 4.")
        List<PreviousHashConfig> previous,

        @Doc("Who is billed for it, in the ledger.") @Default("default")
        String tenant,

        @Doc("The part of the tenant that it belongs to.") @Default("default")
        String project,

        @Doc("""
                The models it may ask for, by name; `'*'` is every model, and a key that names none may ask for none. Any
                other model is answered 404, as if it did not exist, and is not listed.""") @Example("['*']") List<String> models,

        @Doc(
                "What it may ask of them: `chat`, `completions`, `embeddings`; empty is all of it. Anything else is answered 403.")
        List<Endpoint> endpoints,

        @Doc("The sites, by name, that may run its requests; empty is any.")
        List<String> sites,

        @Doc(
                "The networks that it may be shown from, such as `10.1.0.0/16`; empty is any. From elsewhere it is answered 403. It is the address of the connection that counts: behind a proxy that is the proxy's.")
        @Example("[10.1.0.0/16]")
        List<String> networks,

        @Doc(
                "The UTC instant from which it is refused, such as `2027-01-31T00:00:00Z`; without one it does not expire.")
        @Example("2027-01-31T00:00:00Z")
        Optional<String> expires,

        @Doc("""
                What is given up first where not all can be served: `sheddable`, then `default`, then `critical`.""") @Default("default") Criticality criticality,

        @Doc("Words of your own about it, each to a text; told in lists of keys.")
        Map<String, String> tags,

        @Doc("How much it may ask; without any, what `auth.default-limits` says.")
        List<LimitConfig> limits,

        @Doc("How much it may spend.") List<BudgetConfig> budgets,

        @Doc("What must hold of whoever runs its requests, beside what `routing.constraints` says.") @Default("{}")
        ConstraintsConfig constraints,

        @Doc("What the time of its requests and the quality of their answers are worth.")
        Optional<WorthOverrideConfig> worth) {
    private static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

    private static final int MAX_PREVIOUS = 4;
    private static final int MAX_NETWORKS = 64;
    private static final int MAX_TAGS = 32;

    public KeyConfig {
        requireId(id);
        requireHash(hash);
        previous = List.copyOf(previous);
        requireAtMost("previous", previous.size(), MAX_PREVIOUS);
        requireId("tenant", tenant);
        requireId("project", project);
        models = List.copyOf(models);
        Names.requireDistinct("models", "name", models);
        models.forEach(name -> Names.requireModel("models", name));
        endpoints = List.copyOf(endpoints);
        sites = List.copyOf(sites);
        requireAtMost("sites", sites.size(), ConstraintsConfig.MAX_REGIONS);
        sites.forEach(site -> Names.requireLabel("sites", site));
        networks = List.copyOf(networks);
        requireAtMost("networks", networks.size(), MAX_NETWORKS);
        networks.forEach(KeyConfig::network);
        expires.ifPresent(text -> instant("expires", text));
        tags = Map.copyOf(tags);
        requireAtMost("tags", tags.size(), MAX_TAGS);
        limits = LimitConfig.checked("limits", limits);
        budgets = BudgetConfig.checked(budgets);
    }

    /**
     * Checks a key id.
     *
     * @throws IllegalArgumentException beginning {@code id:}
     */
    public static void requireId(String id) {
        requireId("id", id);
    }

    private static void requireAtMost(String key, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(key + ": " + count + " (expected: at most " + most + ")");
        }
    }

    private static Cidr network(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("networks: " + malformed.getMessage(), malformed);
        }
    }

    static void requireHash(String hash) {
        if (KeyHash.parse(hash).isEmpty()) {
            // The value is not repeated: it may be a key pasted by mistake.
            throw new IllegalArgumentException(
                    "hash: not a hash (expected: sha256: or hmac-sha256: and 64 hexadecimal digits)");
        }
    }

    static void requireId(String key, String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(key + ": \"" + id
                    + "\" (expected: 1 to 64 lower-case letters, digits or dashes, no dash first or last)");
        }
    }

    /** The parsed hash. */
    public KeyHash keyHash() {
        return KeyHash.parse(hash).orElseThrow();
    }

    /** All its parsed hashes, the present one first. */
    public Stream<KeyHash> hashes() {
        return Stream.concat(Stream.of(keyHash()), previous.stream().map(PreviousHashConfig::keyHash));
    }

    /** The parsed networks. */
    public List<Cidr> cidrs() {
        return networks.stream().map(KeyConfig::network).toList();
    }

    /** The parsed expiry. */
    public Optional<Instant> expiry() {
        return expires.map(text -> instant("expires", text));
    }

    static Instant instant(String key, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(
                    key + ": " + text + " (expected: a UTC instant such as 2027-01-31T00:00:00Z)", malformed);
        }
    }
}
