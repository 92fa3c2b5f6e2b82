package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;
import java.util.List;

/**
 * What a request is expected to cost in all, in dollars: {@code dollars + worth of a second x seconds + worth of quality x
 * what the model lacks of the best}. Seconds are link + loading + wait + prefill + decode + retries, and what others at the worker lose by the
 * request ({@link Prediction}): were it left out, everybody would go where he himself is answered soonest, as drivers do,
 * and all would be answered later than need be. It is the sum of its {@link #terms}, computed in one go.
 *
 * <p>Options: {@code hourly-share}, as {@link PriceScorer} has it; {@code others}, what the time of others counts for, from 0
 * to 1: 0.5, since those that run are half through on average, and since 1 gives up more of the time to the first token than
 * it gains.
 *
 * <p>Source of the term: A. C. Pigou, "The Economics of Welfare", 1920; T. Roughgarden, E. Tardos, "How bad is selfish
 * routing?", JACM 49(2), 2002.
 */
public final class Objective implements Scorer, Itemized {
    private static final String OTHERS = "others";

    /** Its options. */
    public static final List<String> OPTIONS = List.of(PriceScorer.HOURLY_SHARE, OTHERS);

    private final PriceScorer price;
    private final double hourlyShare;
    private final double others;

    /** Registers it. */
    public static final class Factory implements ScorerFactory {
        @Override
        public String name() {
            return "objective";
        }

        @Override
        public Scorer create(Options options) {
            options.allow(OPTIONS.toArray(String[]::new));
            return new Objective(options);
        }
    }

    /**
     * With those of its options that are given; others are not looked at.
     *
     * @throws IllegalArgumentException for values that it cannot take
     */
    public Objective(Options options) {
        this.price = new PriceScorer(options);
        this.hourlyShare = options.number(PriceScorer.HOURLY_SHARE, 1, 0, 1);
        this.others = options.number(OTHERS, 0.5, 0, 1);
    }

    @Override
    public Unit unit() {
        return Unit.DOLLARS;
    }

    @Override
    public List<Term> terms() {
        return List.of(
                new Term("price", price),
                new Term("link", TermScorer.LINK),
                new Term("loading", TermScorer.LOADING),
                new Term("wait", TermScorer.WAIT),
                new Term("prefill", TermScorer.PREFILL),
                new Term("decode", TermScorer.DECODE),
                new Term("retries", TermScorer.RETRIES),
                new Term("others", TermScorer.others(others)),
                new Term("quality", new QualityScorer()));
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
        double second = scale * context.worth().dollarsPerSecond();
        double quality = scale * context.worth().dollarsPerQuality();
        boolean judged = quality > 0 && !Double.isNaN(candidates.bestQuality());
        double dearest = 0;
        boolean unknown = false;
        for (int k = 0; k < count; k++) {
            int row = rows[k];
            prediction.at(candidates, load, row);
            double cost =
                    second * (prediction.seconds() + prediction.retrySeconds() + others * prediction.othersSeconds());
            double dollars = prediction.dollars(candidates, row, hourlyShare);
            if (Double.isNaN(dollars)) {
                unknown = true;
            } else {
                cost += scale * dollars;
                dearest = dollars > dearest ? dollars : dearest;
            }
            if (judged) {
                cost += quality * QualityScorer.shortfall(candidates, row);
            }
            costs[k] += cost;
        }
        if (unknown && dearest > 0) {
            PriceScorer.addToUnpriced(candidates, rows, count, scale * dearest, costs);
        }
    }
}
