package dev.penstock.loadtest.replay;

import java.util.Arrays;

/**
 * A value and where it lies in 19 of 20 cases.
 *
 * @param value the estimate
 * @param low the 2.5th percentile of the bootstrap
 * @param high the 97.5th
 */
public record Interval(double value, double low, double high) {
    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;

    /** By what the same estimate gave on samples drawn from the sample; sorts them. */
    static Interval of(double value, double[] bootstrap) {
        Arrays.sort(bootstrap);
        return new Interval(value, at(bootstrap, LOW), at(bootstrap, HIGH));
    }

    private static double at(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
