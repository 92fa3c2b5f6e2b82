package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;
import java.util.List;

/**
 * What a request is expected to cost in all, in dollars: {@code dollars + worth of a second x (first + streaming x (decode +
 * others x what others lose) + retries) + worth of quality x what the model lacks of the best}. First are link + loading + wait + prefill,
 * until the first token; decode is what comes after it; what others at the worker lose by the request ({@link Prediction}) is of
 * their decoding: were it left out, everybody would go where he himself is answered soonest, as drivers do, and all would be
 * answered later than need be. It is the sum of its {@link #terms}, computed in one go.
 *
 * <p>Options: {@code hourly-share}, as {@link PriceScorer} has it; {@code streaming}, what a second after the first token
 * counts for, from 0 to 1: 0.1, since answers come faster than they are read (about five tokens a second are read, and fifty
 * come), so that nobody waits for them as for the first token. Who cares for the last token only, as programs do, sets 1;
 * {@code others}, what the time of others counts for beside that, from 0 to 1: 0.25, since those that run are half through on
 * average, and since more than that makes a few wait long for their first token.
 *
 * <p>Source of the term: A. C. Pigou, "The Economics of Welfare", 1920; T. Roughgarden, E. Tardos, "How bad is selfish
 * routing?", JACM 49(2), 2002.
 */
public final class Objective implements Scorer, Itemized {
    private static final String OTHERS = "others";
    private static final String STREAMING = "streaming";

    /** Its options. */
    public static final List<String> OPTIONS = List.of(PriceScorer.HOURLY_SHARE, STREAMING, OTHERS);

    private final PriceScorer price;
    private final double hourlyShare;
    private final double streaming;
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
        this.streaming = options.number(STREAMING, 0.1, 0, 1);
        this.others = streaming * options.number(OTHERS, 0.25, 0, 1);
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
                new Term("decode", TermScorer.decode(streaming)),
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
            double cost = second
                    * (prediction.firstTokenSeconds()
                            + streaming * prediction.decodeSeconds()
                            + prediction.retrySeconds()
                            + others * prediction.othersSeconds());
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
