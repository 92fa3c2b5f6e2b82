package dev.penstock.cache.judge;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the weights of a {@link Judge}: logistic regression with an L2 penalty by Newton's method, under the signs of the
 * features. A feature whose weight would have the wrong sign is left out, the worst first, and the rest is fitted anew.
 * Examples that a veto holds for are left out: they are not judged.
 */
public final class Calibration {
    private static final int MOST_STEPS = 50;
    private static final double CLOSE = 1e-9;
    private static final double PENALTY = 1;
    private static final List<Feature> FEATURES = List.of(Feature.values());

    private Calibration() {}

    /**
     * The judge that makes the examples likeliest, without a threshold: it serves nothing yet.
     *
     * @throws IllegalArgumentException where all examples are alike
     */
    public static Judge fit(List<Example> examples) {
        List<Example> judged = examples.stream()
                .filter(example -> Veto.between(example.one(), example.other()).isEmpty())
                .toList();
        long serving = judged.stream().filter(Example::serves).count();
        if (serving == 0 || serving == judged.size()) {
            throw new IllegalArgumentException("examples: " + serving + " of " + judged.size()
                    + " are served by one answer (expected: some, and not all)");
        }
        double[][] values = judged.stream()
                .map(example -> Feature.of(example.one(), example.other(), example.cosine()))
                .toArray(double[][]::new);
        double[] truth =
                judged.stream().mapToDouble(example -> example.serves() ? 1 : 0).toArray();
        boolean[] out = new boolean[FEATURES.size()];
        while (true) {
            double[] fitted = newton(values, truth, out);
            int wrong = worst(fitted, values);
            if (wrong < 0) {
                return judge(fitted);
            }
            out[wrong] = true;
        }
    }

    private static Judge judge(double[] fitted) {
        Map<Feature, Double> weights = new EnumMap<>(Feature.class);
        for (int at = 0; at < FEATURES.size(); at++) {
            weights.put(FEATURES.get(at), fitted[at] + 0.0); // no -0
        }
        return new Judge(fitted[fitted.length - 1], weights, new TreeMap<>());
    }

    /** Of the features with the wrong sign, the one that has the most of it; -1 where there is none. */
    private static int worst(double[] fitted, double[][] values) {
        int worst = -1;
        double most = 0;
        for (int at = 0; at < FEATURES.size(); at++) {
            double wrong = FEATURES.get(at).speaksFor() ? -fitted[at] : fitted[at];
            if (wrong > 0) {
                double squares = 0;
                for (double[] each : values) {
                    squares += each[at] * each[at];
                }
                double size = wrong * Math.sqrt(squares / values.length);
                if (size > most) {
                    most = size;
                    worst = at;
                }
            }
        }
        return worst;
    }

    /** The intercept is the last. */
    private static double[] newton(double[][] values, double[] truth, boolean[] out) {
        int count = out.length + 1;
        double[] weights = new double[count];
        for (int step = 0; step < MOST_STEPS; step++) {
            double[][] curvature = new double[count][count];
            double[] slope = new double[count];
            for (int i = 0; i < values.length; i++) {
                add(values[i], truth[i], weights, out, curvature, slope);
            }
            for (int f = 0; f < count; f++) {
                boolean penalized = f < out.length;
                slope[f] -= penalized ? PENALTY * weights[f] : 0;
                curvature[f][f] += penalized ? PENALTY : CLOSE;
            }
            double[] change = Linear.solve(curvature, slope);
            double most = 0;
            for (int f = 0; f < count; f++) {
                weights[f] += change[f];
                most = Math.max(most, Math.abs(change[f]));
            }
            if (most < CLOSE) {
                break;
            }
        }
        return weights;
    }

    private static void add(
            double[] values, double truth, double[] weights, boolean[] out, double[][] curvature, double[] slope) {
        int count = weights.length;
        double[] x = new double[count];
        double sum = weights[count - 1];
        x[count - 1] = 1;
        for (int f = 0; f < out.length; f++) {
            x[f] = out[f] ? 0 : values[f];
            sum += weights[f] * x[f];
        }
        double likely = 1 / (1 + Math.exp(-sum));
        double spread = likely * (1 - likely);
        for (int f = 0; f < count; f++) {
            slope[f] += (truth - likely) * x[f];
            for (int g = 0; g < count; g++) {
                curvature[f][g] += spread * x[f] * x[g];
            }
        }
    }
}
