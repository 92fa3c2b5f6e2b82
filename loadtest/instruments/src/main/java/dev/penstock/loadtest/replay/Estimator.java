package dev.penstock.loadtest.replay;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What a policy would have brought, from what another did: the doubly robust estimate. With q(x, a) the forecast of choice a
 * for decision x, calibrated; y what came of the choice a' that was made; w = P(new chooses a') / P(old chose a'), at most
 * {@link Comparing#MAX_WEIGHT}:
 *
 * <pre>
 * V = mean over decisions of  sum over a of P(new chooses a) q(x, a)  +  w (y - q(x, a'))
 * </pre>
 *
 * <p>It is right where the forecasts are, whatever the weights, or where the weights are, whatever the forecasts. Calibration
 * is a factor by worker and model, {@code (sum of y + k R sum of q / n) / (sum of q + k sum of q / n)}: what was over what was
 * forecast, drawn towards the same ratio R of all by as much as k = {@value #PRIOR} decisions say.
 *
 * <p>Sources: M. Dudík, J. Langford, L. Li, "Doubly Robust Policy Evaluation and Learning", ICML 2011 (arXiv 1103.4601). The
 * bound on weights: E. L. Ionides, "Truncated Importance Sampling", JCGS 17(2), 2008. Intervals: the percentile bootstrap of
 * B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, over decisions; the calibration is made anew each time.
 */
final class Estimator {
    private static final double PRIOR = 10;

    private final int count;
    private final int groups;
    private final int[] chosen;
    private final double[] weights;
    private final double[] observed;
    private final double[] forecast;
    /** Of each decision, its choices: from {@code first[i]} to before {@code first[i + 1]}. */
    private final int[] first;

    private final int[] choiceGroups;
    /** Probability times forecast. */
    private final double[] choiceValues;

    /** Over the decisions that know the figure. */
    Estimator(Figure figure, List<Comparison> comparisons, int groups) {
        List<Comparison> known =
                comparisons.stream().filter(one -> one.knows(figure)).toList();
        this.count = known.size();
        this.groups = groups;
        this.chosen = known.stream().mapToInt(Comparison::group).toArray();
        this.weights = known.stream().mapToDouble(Comparison::weight).toArray();
        this.observed = known.stream()
                .mapToDouble(one -> one.observed().getOrDefault(figure, Double.NaN))
                .toArray();
        this.forecast = known.stream()
                .mapToDouble(one -> one.forecast().getOrDefault(figure, Double.NaN))
                .toArray();
        this.first = new int[count + 1];
        for (int i = 0; i < count; i++) {
            first[i + 1] = first[i] + known.get(i).choices().size();
        }
        List<Comparison.Choice> choices =
                known.stream().flatMap(one -> one.choices().stream()).toList();
        this.choiceGroups = choices.stream().mapToInt(Comparison.Choice::group).toArray();
        this.choiceValues = choices.stream()
                .mapToDouble(choice -> choice.probability() * choice.forecast().getOrDefault(figure, Double.NaN))
                .toArray();
    }

    /** How many decisions it is made of. */
    int count() {
        return count;
    }

    /** Mean of what was, the forecasts alone for the other policy, and the doubly robust estimate for it. */
    private record Means(double then, double model, double robust) {}

    /**
     * The estimate and where it lies.
     *
     * @param rounds of the bootstrap
     */
    Estimate estimate(int rounds, SplittableRandom random) {
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            sample[i] = i;
        }
        Means all = means(sample);
        double[] then = new double[rounds];
        double[] model = new double[rounds];
        double[] robust = new double[rounds];
        double[] difference = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++) {
                sample[i] = random.nextInt(count);
            }
            Means drawn = means(sample);
            then[round] = drawn.then();
            model[round] = drawn.model();
            robust[round] = drawn.robust();
            difference[round] = drawn.robust() - drawn.then();
        }
        return new Estimate(
                Interval.of(all.then(), then),
                Interval.of(all.model(), model),
                Interval.of(all.robust(), robust),
                Interval.of(all.robust() - all.then(), difference));
    }

    /**
     * What came out.
     *
     * @param then what was
     * @param model the other policy, by calibrated forecasts alone
     * @param robust the other policy, doubly robust
     * @param difference of that from what was
     */
    record Estimate(Interval then, Interval model, Interval robust, Interval difference) {}

    private Means means(int[] sample) {
        double[] factors = factors(sample);
        double then = 0;
        double model = 0;
        double correction = 0;
        for (int i : sample) {
            then += observed[i];
            for (int k = first[i]; k < first[i + 1]; k++) {
                model += choiceValues[k] * factors[choiceGroups[k]];
            }
            correction += weights[i] * (observed[i] - factors[chosen[i]] * forecast[i]);
        }
        return new Means(then / count, model / count, (model + correction) / count);
    }

    private double[] factors(int[] sample) {
        double[] seen = new double[groups];
        double[] said = new double[groups];
        double allSeen = 0;
        double allSaid = 0;
        for (int i : sample) {
            seen[chosen[i]] += observed[i];
            said[chosen[i]] += forecast[i];
            allSeen += observed[i];
            allSaid += forecast[i];
        }
        double common = allSaid > 0 ? allSeen / allSaid : 1;
        double prior = PRIOR * allSaid / Math.max(1, sample.length);
        double[] factors = new double[groups];
        for (int group = 0; group < groups; group++) {
            factors[group] = said[group] + prior > 0 ? (seen[group] + prior * common) / (said[group] + prior) : common;
        }
        return factors;
    }
}
