package dev.penstock.gateway.budget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.routing.ModelId;

/** Budgets as JSON. */
final class BudgetJson {
    private BudgetJson() {}

    /** Whose it is: {@code tenant}, {@code project} with it, or {@code key}; and the models it is of, if not of all. */
    static void owner(ObjectNode json, Budget budget) {
        switch (budget.scope()) {
            case TENANT -> json.put("tenant", budget.owner());
            case PROJECT -> {
                int slash = budget.owner().indexOf('/');
                json.put("tenant", budget.owner().substring(0, slash));
                json.put("project", budget.owner().substring(slash + 1));
            }
            case KEY -> json.put("key", budget.owner());
        }
        if (!budget.models().isEmpty()) {
            ArrayNode models = json.putArray("models");
            budget.models().stream().map(ModelId::value).sorted().forEach(models::add);
        }
    }

    /** Dollars, or tokens. */
    static void amount(ObjectNode json, String name, Budget budget, long amount) {
        if (budget.unit() == Budget.Unit.USD) {
            json.put(name, Budget.dollars(amount));
        } else {
            json.put(name, amount);
        }
    }
}
