package dev.penstock.cache.bound;

/**
 * Bounds on a share that hold at every look at once (Robbins' mixture with a uniform prior): the shares of which the
 * likelihood of what was seen is at least {@code alpha} times its mean over all shares.
 *
 * @param low at least 0
 * @param high at most 1
 */
public record ConfidenceSequence(double low, double high) {
    private static final int HALVINGS = 60;

    /**
     * After {@code k} of {@code n}.
     *
     * @param alpha the probability that the share is ever outside, above 0 and below 1
     */
    public static ConfidenceSequence of(long k, long n, double alpha) {
        if (n == 0) {
            return new ConfidenceSequence(0, 1);
        }
        double share = (double) k / n;
        return new ConfidenceSequence(bound(k, n, alpha, share, 0), bound(k, n, alpha, share, 1));
    }

    private static double bound(long k, long n, double alpha, double inside, double outside) {
        if (plausible(k, n, alpha, outside)) {
            return outside;
        }
        double in = inside;
        double out = outside;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (in + out) / 2;
            if (plausible(k, n, alpha, middle)) {
                in = middle;
            } else {
                out = middle;
            }
        }
        return out;
    }

    /** The mean of the likelihood under a uniform prior is {@code B(k + 1, n - k + 1)}. */
    private static boolean plausible(long k, long n, double alpha, double share) {
        if ((share <= 0 && k > 0) || (share >= 1 && k < n)) {
            return false;
        }
        double likelihood = (k == 0 ? 0 : k * Math.log(share)) + (n == k ? 0 : (n - k) * Math.log1p(-share));
        return likelihood >= Math.log(alpha) + logBeta(k + 1.0, n - k + 1.0);
    }

    private static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /** Stirling's series, after a shift to where it is exact to 1e-12. */
    private static double logGamma(double x) {
        double shift = 0;
        double z = x;
        while (z < 10) {
            shift -= Math.log(z);
            z++;
        }
        double inverse = 1 / (z * z);
        double series = 1 / (12 * z) * (1 - inverse * (1.0 / 30 - inverse * (1.0 / 105 - inverse / 140)));
        return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
    }
}
