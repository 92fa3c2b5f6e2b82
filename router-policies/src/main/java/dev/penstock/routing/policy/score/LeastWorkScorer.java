package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;
import java.util.List;

/**
 * How much work the worker has before it, in seconds: {@code tokens ahead / throughput + weight x k / (1 - k)}. Tokens ahead
 * are those of prompts sent there without a first token yet, or where the worker reports more waiting requests, as many
 * prompts like this one. Throughput is what it generates a second at its batch, as forecast. k is the part of its room for
 * the state of requests that is in use, as reported, at most 0.999: the expected occupancy of a queue, which grows beyond
 * bounds as it fills.
 *
 * <p>Option {@code kv-pressure-weight}: seconds, from 0 to 60; 0.15.
 *
 * <p>Source: SMG (lightseekorg/smg), {@code model_gateway/src/policies/least_load.rs}, defaults 0.15 s, and 2,000 tokens a
 * second where nothing is known, which here is forecast instead.
 */
public final class LeastWorkScorer implements Scorer {
    /** Its options. */
    public static final List<String> OPTIONS = List.of("kv-pressure-weight");

    private static final double MOST_USE = 0.999;

    private final double pressureWeight;

    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "least-work";
        }

        @Override
        public Scorer create(Options options) {
            options.allow(OPTIONS.toArray(String[]::new));
            return new LeastWorkScorer(options);
        }
    }

    /**
     * With those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public LeastWorkScorer(Options options) {
        this.pressureWeight = options.number("kv-pressure-weight", 0.15, 0, 60);
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
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
        double prompt = context.demand().promptTokens();
        for (int k = 0; k < count; k++) {
            int slot = candidates.slot(rows[k]);
            prediction.at(candidates, load, rows[k]);
            double ahead = Math.max(load.pendingPromptTokens(slot), load.reportedQueue(slot) * prompt);
            double use = Math.min(load.reportedCacheUse(slot), MOST_USE);
            costs[k] += scale
                    * (ahead * prediction.secondsPerToken() / prediction.batch() + pressureWeight * use / (1 - use));
        }
    }
}
