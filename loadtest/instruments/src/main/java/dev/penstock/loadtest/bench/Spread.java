package dev.penstock.loadtest.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure over the rounds of a run.
 *
 * @param median of two middle ones their mean
 * @param min the smallest
 * @param max the largest
 */
public record Spread(double median, double min, double max) {
    /** Of some figures; empty when there are none. */
    public static Optional<Spread> of(List<OptionalDouble> figures) {
        double[] sorted = figures.stream()
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1]));
    }

    /**
     * How two figures compare: the ratio of their medians, and the least and greatest ratio of one round. Figures are
     * paired by their place.
     */
    public static Optional<Spread> ratio(double[] figures, double[] to) {
        double[] ratios = new double[Math.min(figures.length, to.length)];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figures[i] / to[i];
        }
        if (ratios.length == 0 || Arrays.stream(ratios).anyMatch(ratio -> !Double.isFinite(ratio))) {
            return Optional.empty();
        }
        double ofMedians = median(figures) / median(to);
        return Optional.of(new Spread(
                ofMedians,
                Math.min(ofMedians, Arrays.stream(ratios).min().orElse(ofMedians)),
                Math.max(ofMedians, Arrays.stream(ratios).max().orElse(ofMedians))));
    }

    private static double median(double[] figures) {
        return of(Arrays.stream(figures).mapToObj(OptionalDouble::of).toList())
                .map(Spread::median)
                .orElse(Double.NaN);
    }
}
