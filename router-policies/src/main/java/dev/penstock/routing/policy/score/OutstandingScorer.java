package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * How full the worker is: {@code (outstanding + 1) / capacity}. Outstanding is what this gateway has in flight and what the
 * worker last reported beyond that, so that several gateways on one pool see one another.
 */
public final class OutstandingScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "outstanding";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new OutstandingScorer();
        }
    }

    @Override
    public Unit unit() {
        return Unit.RATIO;
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
        for (int k = 0; k < count; k++) {
            int slot = candidates.slot(rows[k]);
            double outstanding = load.inFlight(slot) + 1.0 + load.foreignLoad(slot);
            costs[k] += scale * outstanding / candidates.worker(rows[k]).capacity();
        }
    }
}
