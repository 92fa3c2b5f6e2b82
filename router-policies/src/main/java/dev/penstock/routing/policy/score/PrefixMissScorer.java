package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * The part of the prompt that the worker has in no cache, as far as is known, from 0 to 1.
 *
 * <p>Source: {@code prefix-cache-scorer} of the Gateway API Inference Extension, whose score, the blocks that match over all
 * blocks, is 1 less this.
 */
public final class PrefixMissScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "prefix-miss";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new PrefixMissScorer();
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
        double prompt = context.demand().promptTokens();
        for (int k = 0; k < count; k++) {
            costs[k] += scale * (prompt == 0 ? 1 : 1 - candidates.cachedTokens(rows[k]) / prompt);
        }
    }
}
