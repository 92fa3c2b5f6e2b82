package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;

/** Who is billed. */
@Doc("Who is billed. Its limits and budgets hold for all its keys together, beside those of the project and the key.")
public record TenantConfig(
        @Doc("Its name, which keys give as their `tenant`.") @Example("acme")
        String id,

        @Doc("Its share of the workers where requests wait, in proportion to those of the others that wait.")
        @Default("1")
        @Range(min = "0.001", max = "1000")
        double weight,

        @Doc("What holds for its keys together.") List<LimitConfig> limits,

        @Doc("What its keys together may spend.") List<BudgetConfig> budgets,

        @Doc("What must hold of whoever runs its requests.") @Default("{}")
        ConstraintsConfig constraints,

        @Doc("Its parts.") List<ProjectConfig> projects) {
    public TenantConfig {
        KeyConfig.requireId("id", id);
        limits = LimitConfig.checked("limits", limits);
        budgets = BudgetConfig.checked(budgets);
        projects = List.copyOf(projects);
        Names.requireDistinct(
                "projects", "id", projects.stream().map(ProjectConfig::id).toList());
    }
}
