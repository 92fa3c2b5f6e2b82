package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;

/**
 * How long the queue is that the worker reports, among those of the others: {@code (queue - shortest) / (longest -
 * shortest)}, 0 where all are as long.
 *
 * <p>Source: {@code queue-scorer} of the Gateway API Inference Extension, which llm-d routes by; its score is 1 less this.
 */
public final class QueueScorer implements Scorer {
    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "queue";
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return new QueueScorer();
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
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (int k = 0; k < count; k++) {
            int queue = load.reportedQueue(candidates.slot(rows[k]));
            shortest = Math.min(shortest, queue);
            longest = Math.max(longest, queue);
        }
        if (longest <= shortest) {
            return;
        }
        for (int k = 0; k < count; k++) {
            int queue = load.reportedQueue(candidates.slot(rows[k]));
            costs[k] += scale * (queue - shortest) / (longest - shortest);
        }
    }
}
