package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.BufferBudget;

/** What one body holds of the budget: what it declares at once, what it does not declare as it comes. On one loop. */
final class BodyCharge {
    private final BufferBudget budget;
    private long held;
    private boolean over;

    BodyCharge(BufferBudget budget) {
        this.budget = budget;
    }

    /** Whether the budget holds so many bytes in all. */
    boolean holds(long bytes) {
        long more = bytes - held;
        if (more <= 0) {
            return true;
        }
        if (over || !budget.tryTake(more)) {
            return false;
        }
        held = bytes;
        return true;
    }

    void giveBack() {
        over = true;
        budget.adjust(-held);
        held = 0;
    }
}
