package dev.penstock.routing.policy.filter;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/** Keeps who has room for the request beside those it has. Who passed all else is waited for. */
public final class RoomFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "room";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new RoomFilter();
        }
    }

    @Override
    public String name() {
        return "room";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        int places = context.places();
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (load.hasRoom(candidates.slot(row), candidates.capacity(row), places)) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        return new NoCandidate.AllBusy(context.model());
    }
}
