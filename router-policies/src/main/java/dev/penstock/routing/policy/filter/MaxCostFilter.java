package dev.penstock.routing.policy.filter;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Filter;
import dev.penstock.routing.spi.FilterFactory;
import dev.penstock.routing.spi.Options;

/**
 * Keeps who cannot cost more than the request may: the price of the whole prompt, in no cache, and of all that may be
 * generated ({@link Prediction#mostDollars}). An unknown price is out, and so is a price where nothing bounds the output.
 */
public final class MaxCostFilter implements Filter {
    /** Registers it. */
    public static final class Factory implements FilterFactory {
        @Override
        public String name() {
            return "max-cost";
        }

        @Override
        public Filter create(Options options) {
            options.allow();
            return new MaxCostFilter();
        }
    }

    @Override
    public String name() {
        return "max-cost";
    }

    @Override
    public int keep(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        if (context.constraints().maxCostUsd().isEmpty()) {
            return count;
        }
        double most = context.constraints().maxCostUsd().getAsDouble();
        Prediction prediction = new Prediction(context);
        int kept = 0;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            if (prediction.at(candidates, load, row).mostDollars(context, candidates, row) <= most) { // never of NaN
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public NoCandidate refusal(RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count) {
        Prediction prediction = new Prediction(context);
        double least = Double.POSITIVE_INFINITY;
        boolean known = false;
        for (int k = 0; k < count; k++) {
            double dollars = prediction.at(candidates, load, rows[k]).mostDollars(context, candidates, rows[k]);
            known |= !Double.isNaN(dollars);
            least = dollars < least ? dollars : least;
        }
        String cheapest = !known
                ? "no price is known"
                : Double.isInfinite(least) ? "nothing bounds what is generated" : "the cheapest may come to " + least;
        return new NoCandidate.Constrained(
                context.model(),
                name(),
                "max-cost-usd is " + context.constraints().maxCostUsd().orElseThrow() + "; " + cheapest,
                NoCandidate.Kind.TOO_EXPENSIVE);
    }
}
