package dev.penstock.routing.learning;

/**
 * How long texts were, in tokens: a histogram of quarter octaves, in which an observation counts for {@link #KEEP} of itself
 * after each further one. From 1 token to {@link #BUCKETS} / 4 octaves; a quantile is off by at most 9 %. Thread safe.
 */
final class Lengths {
    private static final int PER_OCTAVE = 4;
    private static final int BUCKETS = 18 * PER_OCTAVE;
    private static final double KEEP = 0.995;
    private static final double TOO_HEAVY = 1e20;

    private final float[] buckets = new float[BUCKETS];
    private double total;
    private double next = 1;

    /** How many observations it goes by, those of long ago counted less: at most 200. */
    synchronized double observations() {
        return total / next * KEEP;
    }

    /** Takes a length. */
    synchronized void observe(double tokens) {
        // Instead of making all others lighter, each is heavier than the one before.
        buckets[bucket(tokens)] += (float) next;
        total += next;
        next /= KEEP;
        if (next > TOO_HEAVY) {
            for (int i = 0; i < BUCKETS; i++) {
                buckets[i] /= (float) next;
            }
            total /= next;
            next = 1;
        }
    }

    /** The average of the lesser of length and bound, and the length that 19 of 20 do not exceed, at most the bound. */
    synchronized Summary summary(double bound) {
        double sum = 0;
        double below = 0;
        double p95 = bound;
        boolean found = false;
        for (int i = 0; i < BUCKETS; i++) {
            if (buckets[i] > 0) {
                sum += buckets[i] * Math.min(bound, MIDDLES[i]);
                below += buckets[i];
                if (!found && below >= 0.95 * total) {
                    found = true;
                    p95 = Math.min(bound, MIDDLES[i]);
                }
            }
        }
        double mean = total > 0 ? Math.min(bound, sum / total) : 0;
        return new Summary(mean, Math.max(mean, p95));
    }

    /** The length that so many do not exceed; 0 where none was observed. */
    synchronized double quantile(double quantile) {
        double below = 0;
        double last = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (buckets[i] > 0) {
                last = MIDDLES[i];
                below += buckets[i];
                if (below >= quantile * total) {
                    return last;
                }
            }
        }
        return last;
    }

    /** What is read of a histogram. */
    record Summary(double mean, double p95) {}

    private static final double[] MIDDLES = middles();

    private static double[] middles() {
        double[] middles = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            middles[i] = Math.pow(2, (i + 0.5) / PER_OCTAVE);
        }
        middles[0] = 1; // the first has only texts of one token, or of none
        return middles;
    }

    private static int bucket(double tokens) {
        if (!(tokens > 1)) {
            return 0;
        }
        return (int) Math.min(BUCKETS - 1.0, PER_OCTAVE * Math.log(tokens) / LOG_2);
    }

    private static final double LOG_2 = Math.log(2);
}
