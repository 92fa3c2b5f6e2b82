package dev.penstock.routing.policy.filter;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/**
 * Keeps who is alive by lease and probe, and not draining. Where nobody is, but somebody only just fell silent, they are
 * waited for.
 */
public final class AliveFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "alive";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new AliveFilter();
        }
    }

    @Override
    public String name() {
        return "alive";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (load.available(candidates.slot(row))) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        for (int k = 0; k < count; k++) {
            if (load.fellSilent(candidates.slot(rows[k]))) {
                return new NoCandidate.AllBusy(context.model());
            }
        }
        return new NoCandidate.NoLiveWorker(context.model());
    }
}
