package dev.penstock.routing.policy.filter;

import dev.penstock.routing.Capability;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/** Keeps who can do all that is asked. Refuses with the first capability that the first candidate lacks. */
public final class CapabilityFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "capabilities";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new CapabilityFilter();
        }
    }

    @Override
    public String name() {
        return "capabilities";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        long required = Capability.bits(context.required());
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if ((candidates.capabilities(row) & required) == required) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        for (Capability capability : Capability.values()) {
            if (context.required().contains(capability)
                    && !candidates.model(rows[0]).capabilities().contains(capability)) {
                return new NoCandidate.MissingCapability(context.model(), capability);
            }
        }
        throw new IllegalStateException("rows: the first lacks nothing (expected: it was refused)");
    }
}
