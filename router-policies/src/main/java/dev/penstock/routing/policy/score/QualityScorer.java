package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * What the model lacks of the best that would do, in dollars: {@code worth of quality x (best - quality)}. A model that
 * nobody has judged lacks all of it, unless nobody has judged any.
 */
public final class QualityScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "quality";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new QualityScorer();
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
        double worth = scale * context.worth().dollarsPerQuality();
        if (Double.isNaN(candidates.bestQuality()) || worth == 0) {
            return;
        }
        for (int k = 0; k < count; k++) {
            costs[k] += worth * shortfall(candidates, rows[k]);
        }
    }

    static double shortfall(Candidates candidates, int row) {
        double quality = candidates.quality(row);
        return candidates.bestQuality() - (Double.isNaN(quality) ? 0 : quality);
    }
}
