package dev.penstock.routing.policy.filter;

import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Placement;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Keeps who may see what the request says: its data class, placement, regions and sites ({@link Constraints#permits}). */
public final class PlacementFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "placement";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new PlacementFilter();
        }
    }

    @Override
    public String name() {
        return "placement";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        Constraints constraints = context.constraints();
        if (constraints.dataClass() == DataClass.PUBLIC
                && constraints.placement() != Placement.EDGE_ONLY
                && constraints.regions().isEmpty()
                && constraints.sites().isEmpty()) {
            return count;
        }
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (constraints.permits(candidates.worker(row).site())) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        Constraints constraints = context.constraints();
        // Workers come and go at the edge; regions that nobody has ever been in are more likely a mistake.
        boolean regionsAlone = constraints.regions().isPresent()
                && permitsAny(
                        new Constraints(
                                constraints.dataClass(),
                                constraints.placement(),
                                Optional.empty(),
                                constraints.sites(),
                                constraints.maxCostUsd(),
                                constraints.deadline(),
                                constraints.minQuality()),
                        candidates,
                        rows,
                        count);
        return new NoCandidate.Constrained(
                context.model(),
                regionsAlone ? "region" : name(),
                "no worker of the model is where the request may run (" + asked(constraints) + ")",
                regionsAlone ? NoCandidate.Kind.UNSATISFIABLE : NoCandidate.Kind.UNAVAILABLE);
    }

    private static boolean permitsAny(Constraints constraints, Candidates candidates, int[] rows, int count) {
        for (int k = 0; k < count; k++) {
            if (constraints.permits(candidates.worker(rows[k]).site())) {
                return true;
            }
        }
        return false;
    }

    private static String asked(Constraints constraints) {
        List<String> parts = new ArrayList<>(4);
        if (constraints.dataClass() != DataClass.PUBLIC) {
            parts.add("data class " + constraints.dataClass().wireName());
        }
        if (constraints.placement() == Placement.EDGE_ONLY) {
            parts.add("placement " + constraints.placement().wireName());
        }
        constraints.regions().ifPresent(regions -> parts.add("regions " + new TreeSet<>(regions)));
        constraints.sites().ifPresent(sites -> parts.add("sites " + new TreeSet<>(sites)));
        return String.join(", ", parts);
    }
}
