package dev.penstock.routing.model;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Estimates how difficult a request is: {@code bias + sum of weight x feature}, in log odds, so that 0 is a request that a
 * small model answers well enough in half of all cases, and the logistic of it is the probability that it does not.
 *
 * <p>The defaults are by judgement: cues of mathematics, code and asked-for reasoning make a request hard, cues of simple
 * tasks make it easy, and length says little by itself. Whoever has labelled requests fits weights of their own
 * ({@link DifficultyFit}).
 *
 * <p>Source: the features follow D. Ding et al., "Hybrid LLM", ICLR 2024 (arXiv 2404.14618), and I. Ong et al., "RouteLLM",
 * 2024 (arXiv 2406.18665), where a learned score of the query decides between a small and a large model; here with a linear
 * score of what can be read without a model.
 */
public final class DifficultyModel {
    /** The bias where the configuration gives none: a plain short question is then well below 0. */
    public static final double DEFAULT_BIAS = -2.0;

    /** The documented defaults. */
    public static final DifficultyModel DEFAULT = new DifficultyModel(DEFAULT_BIAS, Map.of());

    private final double bias;
    private final double[] weights;

    /**
     * A model.
     *
     * @param bias finite
     * @param weights finite, by feature; one that is not there has its default weight
     */
    public DifficultyModel(double bias, Map<Feature, Double> weights) {
        requireFinite("bias", bias);
        weights.forEach((feature, weight) -> requireFinite(feature.wireName(), weight));
        this.bias = bias;
        this.weights = Arrays.stream(Feature.values())
                .mapToDouble(feature -> weights.getOrDefault(feature, feature.defaultWeight()))
                .toArray();
    }

    private static void requireFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a finite number)");
        }
    }

    /** The difficulty of a request, in log odds. */
    public double logOdds(RequestTraits traits) {
        double[] features = traits.features();
        double sum = bias;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    /** The bias. */
    public double bias() {
        return bias;
    }

    /** The weights of all features. */
    public Map<Feature, Double> weights() {
        Map<Feature, Double> all = new EnumMap<>(Feature.class);
        Feature[] features = Feature.values();
        for (int i = 0; i < weights.length; i++) {
            all.put(features[i], weights[i]);
        }
        return all;
    }

    /** The logistic function: the probability of these log odds. */
    public static double probability(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
    }
}
