package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.store.AccountRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the store's rows as configurations. A row that cannot be read is left out, and logged; rows that are as they were are
 * not read again. Used by one thread at a time.
 */
final class AccountBinder {
    private static final Logger LOG = LoggerFactory.getLogger(AccountBinder.class);
    private static final int MOST_PREVIOUS = 4;

    /** By row: what it says, or nothing where it was left out. */
    private Map<Record, Optional<? extends Record>> read = Map.of();

    private interface Reading<R> {
        R read() throws JsonRejectedException;
    }

    Accounts bind(AccountRows rows) {
        Map<Record, Optional<? extends Record>> now = new HashMap<>();
        // Those whose demands are not known: what their keys may is not known, either.
        Set<String> unfit = new HashSet<>();
        Map<String, List<ProjectConfig>> projects = new HashMap<>();
        for (AccountRows.Project row : rows.projects()) {
            String name = row.tenant() + "/" + row.id();
            one(now, row, "project " + name + ", with its keys,", ProjectConfig.class, () -> project(row))
                    .ifPresentOrElse(
                            project -> projects.computeIfAbsent(row.tenant(), any -> new ArrayList<>())
                                    .add(project),
                            () -> unfit.add(name));
        }
        List<TenantConfig> tenants = new ArrayList<>();
        for (AccountRows.Tenant row : rows.tenants()) {
            one(now, row, "tenant " + row.id() + ", with its keys,", TenantConfig.class, () -> tenant(row))
                    .map(tenant -> with(tenant, projects.getOrDefault(row.id(), List.of())))
                    .ifPresentOrElse(tenants::add, () -> unfit.add(row.id()));
        }
        List<KeyConfig> keys = new ArrayList<>();
        for (AccountRows.Key row : rows.keys()) {
            boolean known = !unfit.contains(row.tenant()) && !unfit.contains(row.tenant() + "/" + row.project());
            if (known && row.revoked().isEmpty()) {
                one(now, row, "key " + row.id(), KeyConfig.class, () -> key(row))
                        .ifPresent(keys::add);
            }
        }
        read = now;
        return new Accounts(rows.revision(), tenants, keys);
    }

    private <R extends Record> Optional<R> one(
            Map<Record, Optional<? extends Record>> now, Record row, String named, Class<R> type, Reading<R> reading) {
        Optional<R> said = read.containsKey(row) ? read.get(row).map(type::cast) : fresh(named, reading);
        now.put(row, said);
        return said;
    }

    private static <R> Optional<R> fresh(String named, Reading<R> reading) {
        try {
            return Optional.of(reading.read());
        } catch (JsonRejectedException unfit) {
            LOG.error("{} of the store is left out: {}", named, unfit.error().message());
        } catch (IllegalArgumentException unfit) {
            LOG.error("{} of the store is left out: {}", named, unfit.getMessage());
        }
        return Optional.empty();
    }

    private static TenantConfig with(TenantConfig tenant, List<ProjectConfig> projects) {
        return new TenantConfig(
                tenant.id(), tenant.weight(), tenant.limits(), tenant.budgets(), tenant.constraints(), projects);
    }

    static TenantConfig tenant(AccountRows.Tenant row) throws JsonRejectedException {
        return Documents.bind(Documents.stored(row.settings()).put("id", row.id()), TenantConfig.class);
    }

    static ProjectConfig project(AccountRows.Project row) throws JsonRejectedException {
        return Documents.bind(Documents.stored(row.settings()).put("id", row.id()), ProjectConfig.class);
    }

    /** Of secrets that it had before, those that end last, as many as a key may have. */
    static KeyConfig key(AccountRows.Key row) throws JsonRejectedException {
        ObjectNode document = Documents.stored(row.settings());
        document.put("id", row.id());
        document.put("tenant", row.tenant());
        document.put("project", row.project());
        row.hashes().stream()
                .filter(hash -> hash.ends().isEmpty())
                .findFirst()
                .ifPresent(hash -> document.put("hash", hash.value()));
        ArrayNode previous = document.putArray("previous");
        row.hashes().stream()
                .filter(hash -> hash.ends().isPresent())
                .sorted(Comparator.comparing(
                                (AccountRows.Hash hash) -> hash.ends().orElseThrow())
                        .reversed())
                .limit(MOST_PREVIOUS)
                .forEach(hash -> previous.addObject()
                        .put("hash", hash.value())
                        .put("until", hash.ends().orElseThrow().toString()));
        return Documents.bind(document, KeyConfig.class);
    }
}
