package dev.penstock.gateway.admin;

import dev.penstock.store.Ledger;
import java.time.Instant;
import java.util.List;

/** What was used. */
public interface Usage {
    /**
     * Sums, as {@link Ledger#report}. Blocks.
     *
     * @throws dev.penstock.store.StoreException.Unavailable where they cannot be had now
     */
    List<Ledger.Line> report(List<Ledger.Dimension> by, Instant from, Instant until, int most);

    /** How many requests have ended and are not in the sums yet. */
    long waiting();
}
