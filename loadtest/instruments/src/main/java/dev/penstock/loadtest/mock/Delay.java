package dev.penstock.loadtest.mock;

import dev.penstock.runtime.config.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long something takes: always the same, or a draw around a mean. */
public sealed interface Delay {
    /** The longest mean. */
    Duration MAX = Duration.ofHours(1);

    /** No time at all. */
    Delay NONE = new Constant(Duration.ZERO);

    /** The mean, from 0 to {@link #MAX}. */
    Duration mean();

    /** One delay in ns, from 0. */
    long nanos(RandomGenerator random);

    /** Always the same. */
    record Constant(Duration mean) implements Delay {
        /** A delay within its bounds. */
        public Constant {
            checkMean(mean);
        }

        @Override
        public long nanos(RandomGenerator random) {
            return mean.toNanos();
        }
    }

    /**
     * Anything within a share of the mean, all as likely.
     *
     * @param spread from 0 (constant) to 1 (from nothing to twice the mean)
     */
    record Uniform(Duration mean, double spread) implements Delay {
        /** A delay within its bounds. */
        public Uniform {
            checkMean(mean);
            if (!(spread >= 0 && spread <= 1)) {
                throw new IllegalArgumentException("spread: " + spread + " (expected: 0 to 1)");
            }
        }

        @Override
        public long nanos(RandomGenerator random) {
            return Math.round(mean.toNanos() * (1 + spread * (2 * random.nextDouble() - 1)));
        }
    }

    /**
     * Mostly below the mean and now and then far above it, as engines are: exp(m + s z) with z standard normal, s² = ln(1 +
     * v²) and m = ln(mean) - s²/2, which has this mean and the coefficient of variation v (Johnson, Kotz and Balakrishnan,
     * Continuous Univariate Distributions, 14).
     *
     * @param variation the coefficient of variation, from 0 (constant) to 10
     */
    record Lognormal(Duration mean, double variation) implements Delay {
        /** A delay within its bounds. */
        public Lognormal {
            checkMean(mean);
            if (!(variation >= 0 && variation <= 10)) {
                throw new IllegalArgumentException("variation: " + variation + " (expected: 0 to 10)");
            }
        }

        @Override
        public long nanos(RandomGenerator random) {
            double variance = Math.log1p(variation * variation);
            return Math.round(mean.toNanos() * Math.exp(Math.sqrt(variance) * random.nextGaussian() - variance / 2));
        }
    }

    private static void checkMean(Duration mean) {
        if (mean.isNegative() || mean.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("mean: " + mean + " (expected: 0s to " + Durations.format(MAX) + ")");
        }
    }
}
