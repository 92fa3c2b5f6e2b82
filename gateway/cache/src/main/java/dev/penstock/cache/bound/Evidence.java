package dev.penstock.cache.bound;

import java.util.Arrays;

/**
 * Evidence, looked at after every observation, that a share lies on one side of a target: a mixture of likelihood ratios of
 * shares beyond it against the target itself. While the share is on the other side, it is a supermartingale that begins at 1,
 * so that by Ville's inequality it ever reaches {@code 1 / alpha} with a probability of at most {@code alpha} (Waudby-Smith
 * and Ramdas, arXiv 2010.09686).
 *
 * <p>Not thread safe.
 */
final class Evidence {
    private static final double[] ABOVE = {1.25, 1.5, 2, 3, 5, 10, 20};
    private static final double[] BELOW = {0, 0.1, 0.25, 0.5, 0.75};

    private final double[] ifWrong;
    private final double[] ifRight;
    private final double[] logs;

    private Evidence(double target, double[] factors) {
        double[] shares = Arrays.stream(factors)
                .map(factor -> factor * target)
                .filter(share -> share < 1)
                .toArray();
        ifWrong = Arrays.stream(shares).map(share -> Math.log(share / target)).toArray();
        ifRight = Arrays.stream(shares)
                .map(share -> Math.log((1 - share) / (1 - target)))
                .toArray();
        logs = new double[shares.length];
    }

    /** That more than the target are wrong. */
    static Evidence above(double target) {
        return new Evidence(target, ABOVE);
    }

    /** That fewer than the target are wrong. */
    static Evidence below(double target) {
        return new Evidence(target, BELOW);
    }

    void observe(boolean wrong) {
        double[] change = wrong ? ifWrong : ifRight;
        for (int i = 0; i < logs.length; i++) {
            logs[i] += change[i];
        }
    }

    /** Its logarithm: 0 at first. */
    double log() {
        double most = Arrays.stream(logs).max().orElse(0);
        if (most == Double.NEGATIVE_INFINITY) {
            return most;
        }
        double sum = Arrays.stream(logs).map(log -> Math.exp(log - most)).sum();
        return most + Math.log(sum / logs.length);
    }

    /** Whether it is enough for a probability of a mistake of at most {@code alpha}. */
    boolean reaches(double alpha) {
        return log() >= -Math.log(alpha);
    }
}
