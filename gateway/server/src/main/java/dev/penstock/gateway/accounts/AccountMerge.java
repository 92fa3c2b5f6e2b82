package dev.penstock.gateway.accounts;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.KeyHash;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one {@link AuthConfig} of a configuration's and of what the store has. Where both have a name the configuration's
 * holds, and the log says so, once.
 */
public final class AccountMerge {
    private static final Logger LOG = LoggerFactory.getLogger(AccountMerge.class);

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** Both together; the configuration alone where it asks for no keys. */
    public AuthConfig of(AuthConfig declared, Accounts stored) {
        if (declared.mode() == AuthMode.OPEN) {
            if (!stored.keys().isEmpty()) {
                tell("the store's keys are not asked for, since auth.mode is open");
            }
            return declared;
        }
        return declared.with(tenants(declared, stored), keys(declared, stored));
    }

    private List<TenantConfig> tenants(AuthConfig declared, Accounts stored) {
        Map<String, TenantConfig> tenants = new LinkedHashMap<>();
        declared.tenants().forEach(tenant -> tenants.put(tenant.id(), tenant));
        for (TenantConfig tenant : stored.tenants()) {
            TenantConfig before = tenants.get(tenant.id());
            if (before != null) {
                tenants.put(tenant.id(), withProjects(before, tenant.projects()));
            } else if (tenants.size() < AuthConfig.MAX_TENANTS) {
                tenants.put(tenant.id(), tenant);
            } else {
                tell("tenant " + tenant.id() + " of the store is left out: there are " + AuthConfig.MAX_TENANTS
                        + " already");
            }
        }
        return List.copyOf(tenants.values());
    }

    /** Those that it has itself hold. */
    private static TenantConfig withProjects(TenantConfig tenant, List<ProjectConfig> stored) {
        Set<String> own = tenant.projects().stream().map(ProjectConfig::id).collect(Collectors.toSet());
        List<ProjectConfig> all = new ArrayList<>(tenant.projects());
        stored.stream().filter(project -> !own.contains(project.id())).forEach(all::add);
        return new TenantConfig(
                tenant.id(), tenant.weight(), tenant.limits(), tenant.budgets(), tenant.constraints(), all);
    }

    private List<KeyConfig> keys(AuthConfig declared, Accounts stored) {
        List<KeyConfig> keys = new ArrayList<>(declared.keys());
        Set<String> ids = declared.keys().stream().map(KeyConfig::id).collect(Collectors.toSet());
        Set<String> hashes = new HashSet<>();
        declared.keys().forEach(key -> key.hashes().map(KeyHash::hex).forEach(hashes::add));
        for (KeyConfig key : stored.keys()) {
            boolean peppered = key.hashes().anyMatch(hash -> hash.algorithm() == KeyHash.Algorithm.HMAC_SHA256);
            if (ids.contains(key.id())) {
                tell("key " + key.id() + " of the store is left out: the configuration has one of that id");
            } else if (peppered && declared.pepper().isEmpty()) {
                tell("key " + key.id() + " of the store is left out: its hash is an hmac-sha256 (expected: the "
                        + "auth.pepper that it was made with)");
            } else if (key.hashes().map(KeyHash::hex).anyMatch(hashes::contains)) {
                tell("key " + key.id() + " of the store is left out: another has its hash");
            } else if (keys.size() >= AuthConfig.MAX_KEYS) {
                tell("keys of the store are left out: there are " + AuthConfig.MAX_KEYS + " already");
            } else {
                key.hashes().map(KeyHash::hex).forEach(hashes::add);
                keys.add(key);
            }
        }
        return keys;
    }

    private void tell(String what) {
        if (told.add(what)) {
            LOG.warn("{}", what);
        }
    }
}
