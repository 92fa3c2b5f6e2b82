package dev.penstock.routing.policy.filter;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/** Keeps models of at least the quality asked for. One that nobody has judged is out. */
public final class MinQualityFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "min-quality";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new MinQualityFilter();
        }
    }

    @Override
    public String name() {
        return "min-quality";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        if (context.constraints().minQuality().isEmpty()) {
            return count;
        }
        double least = context.constraints().minQuality().getAsDouble();
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (candidates.quality(row) >= least) { // never of NaN
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        double best = Double.NaN;
        for (int k = 0; k < count; k++) {
            double quality = candidates.quality(rows[k]);
            best = Double.isNaN(best) ? quality : Math.max(best, Double.isNaN(quality) ? best : quality);
        }
        return new NoCandidate.Constrained(
                context.model(),
                name(),
                "min-quality " + context.constraints().minQuality().orElseThrow() + " is asked for; "
                        + (Double.isNaN(best) ? "no quality is known" : "the best there is has " + best),
                NoCandidate.Kind.UNSATISFIABLE);
    }
}
