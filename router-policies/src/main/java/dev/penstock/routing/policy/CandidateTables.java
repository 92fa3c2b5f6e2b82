package dev.penstock.routing.policy;

import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tables of one policy: those of the last few directories it was asked about, by their models. A directory is told by
 * its identity, since it is swapped whole. Bounded: what is beyond the bounds is made anew when it is needed.
 */
final class CandidateTables {
    private static final int MAX_DIRECTORIES = 4;
    private static final int MAX_TABLES = 256;

    /** Replaced, never written to: the newest first. */
    private volatile OfDirectory[] directories = {};

    private static final class OfDirectory {
        private final Directory directory;
        private final Forecasts forecasts;
        private final ConcurrentMap<ModelId, CandidateTable[]> byFirstModel = new ConcurrentHashMap<>();
        private final AtomicInteger tables = new AtomicInteger();

        OfDirectory(Directory directory, Forecasts forecasts) {
            this.directory = directory;
            this.forecasts = forecasts;
        }

        CandidateTable table(List<ModelChoice> tier) {
            CandidateTable[] known = byFirstModel.get(tier.getFirst().model());
            if (known != null) {
                for (CandidateTable table : known) {
                    if (table.isOf(tier)) {
                        return table;
                    }
                }
            }
            CandidateTable made = CandidateTable.of(tier, directory, forecasts);
            // What nobody serves is not kept: its name came from a client, and there is no end of those.
            if (made.size() > 0 && tables.getAndIncrement() < MAX_TABLES) {
                byFirstModel.merge(tier.getFirst().model(), new CandidateTable[] {made}, CandidateTables::joined);
            }
            return made;
        }
    }

    private static CandidateTable[] joined(CandidateTable[] some, CandidateTable[] more) {
        CandidateTable[] both = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, both, some.length, more.length);
        return both;
    }

    /** The table of the tier's models. */
    CandidateTable of(List<ModelChoice> tier, Directory directory, Forecasts forecasts) {
        OfDirectory[] known = directories;
        for (OfDirectory each : known) {
            if (each.directory == directory && each.forecasts == forecasts) {
                return each.table(tier);
            }
        }
        return entered(directory, forecasts).table(tier);
    }

    private synchronized OfDirectory entered(Directory directory, Forecasts forecasts) {
        OfDirectory[] known = directories;
        OfDirectory[] next = new OfDirectory[Math.min(known.length + 1, MAX_DIRECTORIES)];
        next[0] = new OfDirectory(directory, forecasts);
        System.arraycopy(known, 0, next, 1, next.length - 1);
        directories = next;
        return next[0];
    }
}
