package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * What the worker charges, in dollars ({@link Prediction#dollars}). A price that nobody has said is not nought: such a
 * candidate is taken to be as dear as the dearest whose price is known.
 */
public final class PriceScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "price";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new PriceScorer();
        }
    }

    @Override
    public Unit unit() {
        return Unit.DOLLARS;
    }

    @Override
    public void add(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double scale,
            double[] costs) {
        Prediction prediction = new Prediction(context);
        double dearest = 0;
        for (int k = 0; k < count; k++) {
            double dollars = prediction.at(candidates, load, rows[k]).dollars(candidates, rows[k]);
            if (!Double.isNaN(dollars)) {
                costs[k] += scale * dollars;
                dearest = Math.max(dearest, dollars);
            }
        }
        addToUnpriced(candidates, rows, count, scale * dearest, costs);
    }

    static void addToUnpriced(Candidates candidates, int[] rows, int count, double cost, double[] costs) {
        for (int k = 0; k < count; k++) {
            if (Double.isNaN(candidates.dollars(rows[k], 0, 0, 0, 0))) {
                costs[k] += cost;
            }
        }
    }
}
