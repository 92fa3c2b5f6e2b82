package dev.penstock.routing.learning;

/**
 * The 95th percentile of what things took over what was forecast for them, learned so that it holds: after each that took
 * longer it rises, after each other it falls by a 19th of that, so that in the long run one in twenty takes longer, however
 * the ratios are distributed and whatever the forecast's own errors. Between 1 and {@link #MOST}. Not thread safe.
 *
 * <pre>
 * log tail += step * ((ratio > tail ? 1 : 0) - 0.05)
 * </pre>
 *
 * <p>Source: I. Gibbs, E. Candes, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS 2021, on the logarithm.
 */
final class Tail {
    /** What is taken where nothing was seen. */
    static final double PRIOR = 2;

    static final double MOST = 20;
    private static final double LATE = 0.05;
    private static final double STEP = 0.03;
    private static final double FIRST_STEP = 0.4;
    private static final double FIRST_OBSERVATIONS = 8;
    private static final double PRIOR_WEIGHT = 2;

    private double learned = Math.log(PRIOR);

    /**
     * The factor.
     *
     * @param observations how many it was learned from, those of long ago counted less
     */
    double value(double observations) {
        double trust = observations / (observations + PRIOR_WEIGHT);
        return Math.exp(trust * learned + (1 - trust) * Math.log(PRIOR));
    }

    /** Takes a ratio, at least 0. */
    void observe(double ratio, double observations) {
        double step = STEP + FIRST_STEP * FIRST_OBSERVATIONS / (FIRST_OBSERVATIONS + observations);
        double late = ratio > value(observations) ? 1 : 0;
        learned = Math.clamp(learned + step * (late - LATE), 0, Math.log(MOST));
    }
}
