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
 *
 * <p>Option {@code hourly-share}: what part of a price by the hour counts, from 0 to 1; 1. With 0, hours are taken to be paid
 * for anyway, busy or idle, so that only prices by the token tell workers apart.
 */
public final class PriceScorer implements Scorer {
    static final String HOURLY_SHARE = "hourly-share";

    private final double hourlyShare;
    private final double dollarsPerSecond;

    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "price";
        }

        @Override
        public Scorer create(Options options) {
            options.allow(HOURLY_SHARE);
            return new PriceScorer(options);
        }
    }

    PriceScorer(Options options) {
        this(options, 0);
    }

    private PriceScorer(Options options, double dollarsPerSecond) {
        this.hourlyShare = options.number(HOURLY_SHARE, 1, 0, 1);
        this.dollarsPerSecond = dollarsPerSecond;
    }

    /** The price, and of equal prices the soonest: a second counts for a billionth of a dollar. */
    public static Scorer thenSoonest(Options options) {
        return new PriceScorer(options, 1e-9);
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
            double dollars = prediction.at(candidates, load, rows[k]).dollars(candidates, rows[k], hourlyShare);
            costs[k] += scale * dollarsPerSecond * prediction.seconds();
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
