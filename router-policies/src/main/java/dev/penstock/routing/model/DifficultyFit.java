package dev.penstock.routing.model;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Fits a {@link DifficultyModel} to labelled requests: logistic regression with an L2 penalty {@code lambda/2 |w|^2} on the
 * weights (not on the bias), solved by Newton's method with step halving. Deterministic: the same examples in the same order
 * give the same weights.
 *
 * <p>Source: T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd ed., 4.4.1 (iteratively
 * reweighted least squares).
 */
public final class DifficultyFit {
    private static final int MAX_STEPS = 100;
    private static final double TOLERANCE = 1e-9;
    private static final int FEATURES = Feature.values().length;

    private DifficultyFit() {}

    /**
     * A labelled request.
     *
     * @param hard whether a small model's answer to it was not good enough
     */
    public record Example(RequestTraits traits, boolean hard) {}

    /**
     * How well a model tells hard from easy.
     *
     * @param accuracy of calling hard what is above 0, 0 to 1
     * @param logLoss mean negative log likelihood, in nats
     */
    public record Score(double accuracy, double logLoss) {}

    /**
     * What a fit came to.
     *
     * @param train on the examples it was fitted to
     * @param test on each fold by a model that was fitted to the others
     * @param majority the accuracy of calling all of them what most are: what a fit must beat
     */
    public record Fitted(DifficultyModel model, Score train, Score test, double majority) {}

    /**
     * Fits.
     *
     * @param examples at least {@code folds}, some hard and some easy
     * @param lambda the penalty, more than 0
     * @param folds of the cross validation, at least 2; the i-th example is in fold i modulo folds
     */
    public static Fitted fit(List<Example> examples, double lambda, int folds) {
        long hard = examples.stream().filter(Example::hard).count();
        if (hard == 0 || hard == examples.size()) {
            throw new IllegalArgumentException(
                    "examples: " + hard + " hard of " + examples.size() + " (expected: some hard and some easy)");
        }
        if (!(lambda > 0 && Double.isFinite(lambda))) {
            throw new IllegalArgumentException("lambda: " + lambda + " (expected: a finite number > 0)");
        }
        if (folds < 2 || examples.size() < folds) {
            throw new IllegalArgumentException(
                    "folds: " + folds + " of " + examples.size() + " examples (expected: 2 to as many as examples)");
        }
        double[][] rows = new double[examples.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(examples.get(i).traits());
        }
        boolean[] labels = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = examples.get(i).hard();
        }
        double[] all = newton(rows, labels, -1, folds, lambda);
        Tally train = new Tally();
        for (int i = 0; i < rows.length; i++) {
            train.add(dot(all, rows[i]), labels[i]);
        }
        Tally test = new Tally();
        for (int fold = 0; fold < folds; fold++) {
            double[] others = newton(rows, labels, fold, folds, lambda);
            for (int i = fold; i < rows.length; i += folds) {
                test.add(dot(others, rows[i]), labels[i]);
            }
        }
        double share = (double) hard / rows.length;
        return new Fitted(model(all), train.score(), test.score(), Math.max(share, 1 - share));
    }

    private static double[] row(RequestTraits traits) {
        double[] row = new double[FEATURES + 1];
        System.arraycopy(traits.features(), 0, row, 0, FEATURES);
        row[FEATURES] = 1;
        return row;
    }

    private static DifficultyModel model(double[] solved) {
        Map<Feature, Double> weights = new EnumMap<>(Feature.class);
        Feature[] features = Feature.values();
        for (int i = 0; i < FEATURES; i++) {
            weights.put(features[i], solved[i]);
        }
        return new DifficultyModel(solved[FEATURES], weights);
    }

    private static final class Tally {
        private int count;
        private int right;
        private double loss;

        void add(double logOdds, boolean hard) {
            count++;
            right += (logOdds > 0) == hard ? 1 : 0;
            loss += softplus(hard ? -logOdds : logOdds);
        }

        Score score() {
            return new Score((double) right / count, loss / count);
        }
    }

    /** Without the rows of a fold; -1 for all of them. */
    private static double[] newton(double[][] rows, boolean[] labels, int without, int folds, double lambda) {
        double[] weights = new double[FEATURES + 1];
        double loss = loss(weights, rows, labels, without, folds, lambda);
        for (int step = 0; step < MAX_STEPS; step++) {
            double[] direction = direction(weights, rows, labels, without, folds, lambda);
            double scale = 1;
            double[] next = moved(weights, direction, scale);
            double nextLoss = loss(next, rows, labels, without, folds, lambda);
            while (nextLoss > loss && scale > TOLERANCE) {
                scale /= 2;
                next = moved(weights, direction, scale);
                nextLoss = loss(next, rows, labels, without, folds, lambda);
            }
            if (!(loss - nextLoss > TOLERANCE)) {
                break;
            }
            weights = next;
            loss = nextLoss;
        }
        return weights;
    }

    private static double loss(
            double[] weights, double[][] rows, boolean[] labels, int without, int folds, double lambda) {
        double loss = 0;
        for (int i = 0; i < FEATURES; i++) {
            loss += lambda / 2 * weights[i] * weights[i];
        }
        for (int i = 0; i < rows.length; i++) {
            if (i % folds != without) {
                double z = dot(weights, rows[i]);
                loss += softplus(labels[i] ? -z : z);
            }
        }
        return loss;
    }

    /** The solution of {@code H d = -g}, by Cholesky: H is positive definite but for the bias, which the rows make so. */
    private static double[] direction(
            double[] weights, double[][] rows, boolean[] labels, int without, int folds, double lambda) {
        int n = weights.length;
        double[][] hessian = new double[n][n];
        double[] gradient = new double[n];
        for (int i = 0; i < FEATURES; i++) {
            hessian[i][i] = lambda;
            gradient[i] = lambda * weights[i];
        }
        hessian[FEATURES][FEATURES] = TOLERANCE;
        for (int k = 0; k < rows.length; k++) {
            if (k % folds == without) {
                continue;
            }
            double p = DifficultyModel.probability(dot(weights, rows[k]));
            double error = p - (labels[k] ? 1 : 0);
            double curvature = p * (1 - p);
            for (int i = 0; i < n; i++) {
                gradient[i] += error * rows[k][i];
                for (int j = 0; j <= i; j++) {
                    hessian[i][j] += curvature * rows[k][i] * rows[k][j];
                }
            }
        }
        return solve(hessian, gradient);
    }

    private static double[] solve(double[][] lower, double[] gradient) {
        int n = gradient.length;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = lower[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= lower[i][k] * lower[j][k];
                }
                lower[i][j] = i == j ? Math.sqrt(Math.max(sum, TOLERANCE)) : sum / lower[j][j];
            }
        }
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = -gradient[i];
            for (int k = 0; k < i; k++) {
                sum -= lower[i][k] * x[k];
            }
            x[i] = sum / lower[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            double sum = x[i];
            for (int k = i + 1; k < n; k++) {
                sum -= lower[k][i] * x[k];
            }
            x[i] = sum / lower[i][i];
        }
        return x;
    }

    private static double[] moved(double[] from, double[] direction, double scale) {
        double[] to = from.clone();
        for (int i = 0; i < to.length; i++) {
            to[i] += scale * direction[i];
        }
        return to;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** {@code ln(1 + e^x)}, without overflow. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
