package dev.penstock.gateway.cache;

import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * What was purged, so that an answer that was on its way meanwhile does not come back. Of each scope the last; where there are
 * too many scopes the oldest is made to cover everything. Thread safe.
 */
final class Purges {
    private static final int MOST = 1_024;

    // Guarded by this.
    private final LinkedHashMap<Purge, Purge> byScope = new LinkedHashMap<>();
    private Instant everything = Instant.MIN;

    synchronized void add(Purge purge) {
        Purge known = byScope.remove(purge.scope());
        byScope.put(purge.scope(), known != null && known.until().isAfter(purge.until()) ? known : purge);
        if (byScope.size() > MOST) {
            Purge oldest = byScope.pollFirstEntry().getValue();
            everything = everything.isAfter(oldest.until()) ? everything : oldest.until();
        }
    }

    synchronized boolean cover(StoredAnswer answer) {
        return !answer.created().isAfter(everything)
                || byScope.values().stream().anyMatch(purge -> purge.covers(answer));
    }
}
