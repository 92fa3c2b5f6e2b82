package dev.penstock.cache.bound;

/** Exact tails and bounds of binomial distributions. */
public final class Binomial {
    private static final int HALVINGS = 60;

    private Binomial() {}

    /** The probability of at most {@code k} of {@code n}, each with probability {@code p}. */
    public static double atMost(long k, long n, double p) {
        if (k >= n || p <= 0) {
            return 1;
        }
        if (p >= 1) {
            return 0;
        }
        double odds = Math.log(p) - Math.log1p(-p);
        double term = n * Math.log1p(-p);
        double sum = Math.exp(term);
        for (long i = 1; i <= k; i++) {
            term += Math.log((double) (n - i + 1) / i) + odds;
            sum += Math.exp(term);
        }
        return Math.min(1, sum);
    }

    /**
     * The upper bound of Clopper and Pearson (Biometrika 26, 1934): with probability {@code 1 - alpha} no share that yields
     * {@code k} of {@code n} is larger.
     */
    public static double upper(long k, long n, double alpha) {
        if (k >= n) {
            return 1;
        }
        double low = (double) k / n;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (atMost(k, n, middle) > alpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The lower bound, likewise. */
    public static double lower(long k, long n, double alpha) {
        return 1 - upper(n - k, n, alpha);
    }
}
