package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Who may ask. */
@Doc("Who may ask, and how often.")
public record AuthConfig(
        @Doc("""
                `open` lets everybody ask and is accepted only where `listener.host` is a loopback address; `keys` asks
                for `Authorization: Bearer` and one of `keys`. Changing it needs a restart: a file that is cut off while it is
                written must not open the gateway.""") @Default("open") AuthMode mode,

        @Doc("""
                The secret that `hmac-sha256` hashes are made with. With one, a stolen configuration does not tell
                whether a guessed key is right. Without one, write `sha256` hashes, which is sound for generated keys:
                they are 256 random bits.""") @Example("env:PENSTOCK_PEPPER") Optional<Secret> pepper,

        @Doc("""
                Hashes of keys for the admin listener, made as those of `keys` are: with any, tenants, keys and the audit are
                told and changed by `Authorization: Bearer` and such a key alone. Without any they are where `admin.host` is
                a loopback address, and nowhere else. At most 100.""") @Example("[\"sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90\"]")
        List<String> adminKeys,

        @Doc("The limits of every key that has none of its own; without any such keys are not limited.")
        List<LimitConfig> defaultLimits,

        @Doc("What holds for all keys together, as of one model.")
        List<LimitConfig> limits,

        @Doc("""
                What holds for each address, as `requests`: in mode `open` of its requests, in mode `keys` of those whose key
                was refused, beyond which keys that it shows are not looked at. Of each gateway by itself; of IPv6, the
                networks of 64 bits.""") List<LimitConfig> addressLimits,

        @Doc(
                "Who is billed, with what holds for all keys of each; at most 10,000. A tenant that keys name need not be here.")
        List<TenantConfig> tenants,

        @Doc("The keys, at most 100,000. With none in mode `keys`, everybody is refused.")
        List<KeyConfig> keys) {
    /** The most keys there may be, wherever they come from. */
    public static final int MAX_KEYS = 100_000;

    /** The most tenants. */
    public static final int MAX_TENANTS = 10_000;

    private static final int MAX_ADMIN_KEYS = 100;

    public AuthConfig {
        keys = List.copyOf(keys);
        adminKeys = List.copyOf(adminKeys);
        if (adminKeys.size() > MAX_ADMIN_KEYS) {
            throw new IllegalArgumentException(
                    "admin-keys: " + adminKeys.size() + " (expected: at most " + MAX_ADMIN_KEYS + ")");
        }
        for (String hash : adminKeys) {
            KeyHash parsed = KeyHash.parse(hash)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "admin-keys: not a hash (expected: sha256: or hmac-sha256: and 64 hexadecimal digits)"));
            if (parsed.algorithm() == KeyHash.Algorithm.HMAC_SHA256 && pepper.isEmpty()) {
                throw new IllegalArgumentException(
                        "admin-keys: an hmac-sha256 (expected: a `pepper` that it was made with)");
            }
        }
        defaultLimits = LimitConfig.checked("default-limits", defaultLimits);
        limits = LimitConfig.checked("limits", limits);
        addressLimits = LimitConfig.checked("address-limits", addressLimits);
        for (LimitConfig limit : addressLimits) {
            if (limit.requests().isEmpty() || limit.model().isPresent()) {
                throw new IllegalArgumentException(
                        "address-limits: " + limit.unit().toString().toLowerCase(Locale.ROOT)
                                + limit.model().map(model -> " of " + model).orElse("")
                                + " (expected: requests, of all models)");
            }
        }
        tenants = List.copyOf(tenants);
        if (tenants.size() > MAX_TENANTS) {
            throw new IllegalArgumentException(
                    "tenants: " + tenants.size() + " (expected: at most " + MAX_TENANTS + ")");
        }
        Names.requireDistinct(
                "tenants", "id", tenants.stream().map(TenantConfig::id).toList());
        if (mode == AuthMode.OPEN && !keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "keys: " + keys.size() + " given in mode open, which asks for none (expected: `mode: keys`)");
        }
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("keys: " + keys.size() + " (expected: at most " + MAX_KEYS + ")");
        }
        Names.requireDistinct("keys", "id", keys.stream().map(KeyConfig::id).toList());
        Names.requireDistinct(
                "keys",
                "hash",
                keys.stream().flatMap(KeyConfig::hashes).map(KeyHash::hex).toList());
        for (KeyConfig key : keys) {
            if (pepper.isEmpty() && key.hashes().anyMatch(hash -> hash.algorithm() == KeyHash.Algorithm.HMAC_SHA256)) {
                throw new IllegalArgumentException("keys: the hash of \"" + key.id()
                        + "\" is an hmac-sha256 (expected: a `pepper` that it was made" + " with)");
            }
        }
    }

    /** The same with other tenants and keys. */
    public AuthConfig with(List<TenantConfig> otherTenants, List<KeyConfig> otherKeys) {
        return new AuthConfig(mode, pepper, adminKeys, defaultLimits, limits, addressLimits, otherTenants, otherKeys);
    }

    /** The parsed hashes of keys for the admin listener. */
    public List<KeyHash> adminHashes() {
        return adminKeys.stream().map(hash -> KeyHash.parse(hash).orElseThrow()).toList();
    }

    /** Somebody who has a budget, in words: {@code key "team-a"}. */
    public Optional<String> budgeted() {
        return owner(budgets -> !budgets.isEmpty());
    }

    /** Somebody who has a hard budget, in words. */
    public Optional<String> hardBudgeted() {
        return owner(budgets -> budgets.stream().anyMatch(BudgetConfig::hard));
    }

    private Optional<String> owner(Predicate<List<BudgetConfig>> test) {
        for (TenantConfig tenant : tenants) {
            if (test.test(tenant.budgets())) {
                return Optional.of("tenant \"" + tenant.id() + "\"");
            }
            for (ProjectConfig project : tenant.projects()) {
                if (test.test(project.budgets())) {
                    return Optional.of("project \"" + tenant.id() + "/" + project.id() + "\"");
                }
            }
        }
        return keys.stream().filter(key -> test.test(key.budgets())).findFirst().map(key -> "key \"" + key.id() + "\"");
    }
}
