package dev.penstock.gateway.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** How budgets stand. */
public interface BudgetReport {
    /**
     * Adds an object for each budget as it stands in its present period, those first of which most is spent. Blocks.
     *
     * @param most objects at most, at least 1
     * @return how many there are in all
     * @throws dev.penstock.store.StoreException.Unavailable where that cannot be had now
     */
    int report(ArrayNode to, int most);
}
