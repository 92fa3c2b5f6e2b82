package dev.penstock.routing.learning;

/**
 * A line {@code y = base + slope * x}, neither below 0, learned online: least squares with forgetting, begun from a prior
 * line. Not thread safe.
 *
 * <p>What is fitted are the factors {@code a} and {@code b} by which base and slope differ from the prior's, over errors
 * relative to the prior, {@code y / prior(x) = a * p + b * (1 - p)} with p the base's part of {@code prior(x)}: times vary
 * with their length, so that a long one must not count for more. Minimised is
 *
 * <pre>
 * sum w (a p + b q - r)^2 + ((a - 1)^2 + (b - 1)^2) / (1 + n)^3 + SHAPE (a - b)^2,    r = y / prior(x), q = 1 - p
 * </pre>
 *
 * <p>so that the prior's scale is given up as soon as something was seen, and its shape only where what was seen contradicts
 * it: prompts all of one length say nothing of the slope. Weights fall by {@link #KEEP} with each observation and by e with
 * each time constant without one; n is their sum, those forgotten after a change included. A tracking signal (the smoothed error over the smoothed absolute error,
 * D. Trigg, "Monitoring a forecasting system", 1964) near 1 means that the worker has changed: then old ones are forgotten at
 * {@link #KEEP_WHEN_CHANGED}. One observation is taken for at most {@link #MOST_ABOVE} times what was forecast.
 */
final class Line {
    private static final double KEEP = 0.995;
    private static final double KEEP_WHEN_CHANGED = 0.8;
    private static final double SMOOTHING = 0.1;
    private static final double CHANGED = 0.8;
    private static final double MOST_ABOVE = 4;
    private static final double MOST_BELOW = 8;
    private static final double SHAPE = 0.25;
    private static final double MOST_WEIGHT = 16;
    private static final double LEAST_RATIO = 1e-4;
    private static final double MOST_FACTOR = 1e7;

    private final double priorBase;
    private final double priorSlope;
    private double weight;
    private double seen;
    private double pp;
    private double pq;
    private double qq;
    private double pr;
    private double qr;
    private double error;
    private double absoluteError;
    private double baseFactor = 1;
    private double slopeFactor = 1;

    /**
     * A line that nothing has been seen of.
     *
     * @param base above 0
     * @param slope at least 0
     */
    Line(double base, double slope) {
        this.priorBase = base;
        this.priorSlope = slope;
    }

    double base() {
        return priorBase * baseFactor;
    }

    double slope() {
        return priorSlope * slopeFactor;
    }

    double at(double x) {
        return base() + slope() * x;
    }

    /** Counts what was seen for so much less. */
    void decay(double factor) {
        weight *= factor;
        seen *= factor;
        pp *= factor;
        pq *= factor;
        qq *= factor;
        pr *= factor;
        qr *= factor;
        solve();
    }

    /**
     * Takes an observation.
     *
     * @param x at least 0, finite
     * @param y at least 0, finite
     * @param w how much it counts, above 0, at most 1
     */
    void observe(double x, double y, double w) {
        double prior = priorBase + priorSlope * x;
        double p = priorBase / prior;
        double q = 1 - p;
        double forecast = Math.max(LEAST_RATIO, baseFactor * p + slopeFactor * q);
        double r = Math.clamp(y / prior, forecast / MOST_BELOW, forecast * MOST_ABOVE);
        double relative = r / forecast - 1;
        error += SMOOTHING * w * (relative - error);
        absoluteError += SMOOTHING * w * (Math.abs(relative) - absoluteError);
        boolean changed = Math.abs(error) > CHANGED * absoluteError && absoluteError > 0.1 && weight > 4;
        double keep = changed ? KEEP_WHEN_CHANGED : KEEP;
        weight = weight * keep + w;
        seen = seen * KEEP + w;
        double spread = (baseFactor + slopeFactor) / 2 / forecast;
        double v = w * Math.clamp(spread * spread, 1 / MOST_WEIGHT, MOST_WEIGHT);
        pp = pp * keep + v * p * p;
        pq = pq * keep + v * p * q;
        qq = qq * keep + v * q * q;
        pr = pr * keep + v * p * r;
        qr = qr * keep + v * q * r;
        solve();
    }

    /** Two normal equations; the matrix is positive definite, whatever was seen. */
    private void solve() {
        double scale = 1 / ((1 + seen) * (1 + seen) * (1 + seen));
        double m11 = pp + scale + SHAPE;
        double m22 = qq + scale + SHAPE;
        double m12 = pq - SHAPE;
        double r1 = pr + scale;
        double r2 = qr + scale;
        double determinant = m11 * m22 - m12 * m12;
        double a = (r1 * m22 - r2 * m12) / determinant;
        double b = (r2 * m11 - r1 * m12) / determinant;
        if (a < 0) {
            a = 0;
            b = r2 / m22;
        } else if (b < 0) {
            b = 0;
            a = r1 / m11;
        }
        baseFactor = Math.min(a, MOST_FACTOR);
        slopeFactor = Math.min(b, MOST_FACTOR);
    }
}
