package dev.penstock.gateway.accounts;

import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.TenantConfig;
import java.util.List;

/**
 * What the store has, as a configuration would say it.
 *
 * @param revision of the store's accounts; -1 for none that was read
 * @param keys those that are not revoked
 */
public record Accounts(long revision, List<TenantConfig> tenants, List<KeyConfig> keys) {
    /** Nothing, since nothing is known. */
    public static final Accounts NONE = new Accounts(-1, List.of(), List.of());

    public Accounts {
        tenants = List.copyOf(tenants);
        keys = List.copyOf(keys);
    }
}
