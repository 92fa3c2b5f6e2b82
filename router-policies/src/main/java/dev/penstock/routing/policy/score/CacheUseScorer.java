package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * The part of the worker's room for the state of requests that is in use, as it reports, from 0 to 1.
 *
 * <p>Source: {@code kv-cache-utilization-scorer} of the Gateway API Inference Extension, whose score is 1 less this.
 */
public final class CacheUseScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "cache-use";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new CacheUseScorer();
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
            costs[k] += scale * load.reportedCacheUse(candidates.slot(rows[k]));
        }
    }
}
