package dev.penstock.loadtest.simulation.trace;

import java.util.SplittableRandom;

/** A distribution by its quantiles, even between them. */
final class Quantiles {
    private static final double[] SHARES = {0, .01, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, 1};

    private final double[] values;

    /** The values below which 0, 1, 5, 10, 20, ... 80, 90, 95, 99 and 100 % of all lie. */
    Quantiles(double... values) {
        if (values.length != SHARES.length) {
            throw new IllegalArgumentException("values: " + values.length + " (expected: " + SHARES.length + ")");
        }
        this.values = values.clone();
    }

    double draw(SplittableRandom random) {
        return at(random.nextDouble());
    }

    double at(double share) {
        int above = 1;
        while (above < SHARES.length - 1 && SHARES[above] < share) {
            above++;
        }
        double part = (share - SHARES[above - 1]) / (SHARES[above] - SHARES[above - 1]);
        return values[above - 1] + Math.clamp(part, 0, 1) * (values[above] - values[above - 1]);
    }
}
