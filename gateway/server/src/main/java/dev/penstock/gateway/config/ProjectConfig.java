package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.util.List;

/** A part of a tenant. */
@Doc(
        "A part of a tenant. Its limits and budgets hold for all its keys together, beside those of the tenant and the key.")
public record ProjectConfig(
        @Doc("Its name, which keys give as their `project`.") @Example("web")
        String id,

        @Doc("What holds for its keys together.") List<LimitConfig> limits,

        @Doc("What its keys together may spend.") List<BudgetConfig> budgets,

        @Doc("What must hold of whoever runs its requests.") @Default("{}")
        ConstraintsConfig constraints) {
    public ProjectConfig {
        KeyConfig.requireId("id", id);
        limits = LimitConfig.checked("limits", limits);
        budgets = BudgetConfig.checked(budgets);
    }
}
