package dev.penstock.gateway.budget;

import java.time.Instant;

/**
 * A share of a budget is spent.
 *
 * @param share in hundredths of a per cent
 * @param spent what is settled
 */
record Alert(Budget budget, Instant starts, int share, long spent) {
    /** What it is known by: told once. */
    record Key(String budget, Instant starts, int share) {}

    Key key() {
        return new Key(budget.id(), starts, share);
    }
}
