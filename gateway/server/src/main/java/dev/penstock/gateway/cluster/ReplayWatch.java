package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells records that came late, by the slower of two ways, from a worker that is shut out: whose every record is numbered
 * below one that was seen under its name.
 */
final class ReplayWatch {
    /** A time in which refusals followed one another closely. */
    private record Spell(long sinceNanos, long lastNanos, boolean said) {}

    private final Map<String, Spell> spells = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Spell> eldest) {
            return size() > Directory.MAX_WORKERS;
        }
    };

    /**
     * Notes that a record was refused as numbered too low.
     *
     * @param leaseNanos refusals at most that far apart are one spell; a longer spell is not of late records
     * @return whether that should be said now: once for each worker
     */
    synchronized boolean refused(String workerId, long nowNanos, long leaseNanos) {
        @Nullable Spell before = spells.get(workerId);
        boolean goesOn = before != null && nowNanos - before.lastNanos() <= leaseNanos;
        long since = before != null && goesOn ? before.sinceNanos() : nowNanos;
        boolean said = before != null && before.said();
        boolean say = !said && nowNanos - since > leaseNanos;
        spells.put(workerId, new Spell(since, nowNanos, said || say));
        return say;
    }
}
