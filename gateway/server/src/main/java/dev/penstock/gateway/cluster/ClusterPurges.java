package dev.penstock.gateway.cluster;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Purges of this gateway on their way to the others: each is kept until the cluster has it, of each scope the last. The
 * cluster keeps them for as long as an answer may be good; where there are too many, the oldest are made to cover everything.
 *
 * <p>Thread safe.
 */
final class ClusterPurges {
    static final int MOST = 1_024;

    private static final Duration KEPT = Duration.ofDays(30);

    private final String everything;

    // Guarded by this.
    private final LinkedHashMap<String, Long> unsent = new LinkedHashMap<>();

    /** @param everything the scope of all answers */
    ClusterPurges(String everything) {
        this.everything = everything;
    }

    synchronized void add(String scope, Instant until) {
        unsent.merge(scope, until.toEpochMilli(), Math::max);
        if (unsent.size() > MOST) {
            long oldest = unsent.pollFirstEntry().getValue();
            unsent.merge(everything, oldest, Math::max);
        }
    }

    private synchronized Map<String, Long> waiting() {
        return Map.copyOf(unsent);
    }

    private synchronized void sent(String scope, long epochMillis) {
        unsent.remove(scope, epochMillis);
    }

    /** Sends those that wait. Blocks. */
    void send(IMap<Object, Object> map) {
        Map<String, Long> now = waiting();
        now.forEach((scope, until) -> {
            put(map, scope, until);
            sent(scope, until);
        });
        if (!now.isEmpty() && map.size() > MOST) {
            compact(map);
        }
    }

    private void compact(IMap<Object, Object> map) {
        List<PurgeFeed.Line> lines = PurgeFeed.read(map).stream()
                .filter(line -> !line.scope().equals(everything))
                .toList();
        List<PurgeFeed.Line> oldest = lines.subList(0, Math.max(0, lines.size() - MOST / 2));
        if (!oldest.isEmpty()) {
            put(map, everything, oldest.getLast().epochMillis());
            oldest.forEach(line -> map.remove(line.scope(), line.epochMillis()));
        }
    }

    /** Anything may be under any name in a map, and this changes none but moments. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void put(IMap<Object, Object> map, String scope, long epochMillis) {
        ((IMap) map).executeOnKey(scope, new LatestMoment(epochMillis, KEPT.toMillis()));
    }
}
