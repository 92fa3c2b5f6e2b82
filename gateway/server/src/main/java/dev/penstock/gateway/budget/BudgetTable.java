package dev.penstock.gateway.budget;

import dev.penstock.gateway.budget.Budget.Scope;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.BudgetConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.gateway.pipeline.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All budgets of a configuration, and which of them a request draws on. Immutable. */
final class BudgetTable {
    /** Nobody has any. */
    static final BudgetTable EMPTY = new BudgetTable(new LinkedHashMap<>(), Map.of(), Map.of(), Map.of());

    private final Map<String, Budget> byId;
    private final Map<String, List<Budget>> tenants;
    private final Map<String, List<Budget>> projects;
    private final Map<String, List<Budget>> keys;

    private BudgetTable(
            Map<String, Budget> byId,
            Map<String, List<Budget>> tenants,
            Map<String, List<Budget>> projects,
            Map<String, List<Budget>> keys) {
        this.byId = byId;
        this.tenants = tenants;
        this.projects = projects;
        this.keys = keys;
    }

    static BudgetTable of(AuthConfig config) {
        Map<String, Budget> byId = new LinkedHashMap<>();
        Map<String, List<Budget>> tenants = new HashMap<>();
        Map<String, List<Budget>> projects = new HashMap<>();
        Map<String, List<Budget>> keys = new HashMap<>();
        for (TenantConfig tenant : config.tenants()) {
            put(tenants, Scope.TENANT, tenant.id(), tenant.budgets(), byId);
            for (ProjectConfig project : tenant.projects()) {
                put(projects, Scope.PROJECT, tenant.id() + "/" + project.id(), project.budgets(), byId);
            }
        }
        for (KeyConfig key : config.keys()) {
            put(keys, Scope.KEY, key.id(), key.budgets(), byId);
        }
        return byId.isEmpty() ? EMPTY : new BudgetTable(byId, tenants, projects, keys);
    }

    private static void put(
            Map<String, List<Budget>> to,
            Scope scope,
            String owner,
            List<BudgetConfig> budgets,
            Map<String, Budget> byId) {
        List<Budget> all =
                budgets.stream().map(each -> Budget.of(scope, owner, each)).toList();
        if (!all.isEmpty()) {
            to.put(owner, all);
            all.forEach(budget -> byId.put(budget.id(), budget));
        }
    }

    /** Those of its key, its project and its tenant. */
    List<Budget> of(Principal principal) {
        if (byId.isEmpty()) {
            return List.of();
        }
        List<Budget> key = keys.getOrDefault(principal.id(), List.of());
        List<Budget> project = projects.isEmpty()
                ? List.of()
                : projects.getOrDefault(principal.tenant() + "/" + principal.project(), List.of());
        List<Budget> tenant = tenants.getOrDefault(principal.tenant(), List.of());
        if (key.isEmpty() && project.isEmpty()) {
            return tenant;
        }
        List<Budget> all = new ArrayList<>(key.size() + project.size() + tenant.size());
        all.addAll(key);
        all.addAll(project);
        all.addAll(tenant);
        return all;
    }

    /** As it is configured now; empty where it is no more. */
    Optional<Budget> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All of them, tenants first. */
    List<Budget> all() {
        return List.copyOf(byId.values());
    }
}
