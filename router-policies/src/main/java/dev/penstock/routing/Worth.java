package dev.penstock.routing;

/**
 * What a request's time and the quality of its answer are worth, in US dollars: what makes seconds, quality and price one
 * currency.
 *
 * @param dollarsPerSecond of waiting, finite, at least 0
 * @param dollarsPerQuality for a whole step of quality, from useless (0) to the best there is (1), finite, at least 0
 */
public record Worth(double dollarsPerSecond, double dollarsPerQuality) {
    /** 3.60 dollars for an hour of waiting; a cent between the worst and the best answer. */
    public static final Worth DEFAULT = new Worth(0.001, 0.01);

    public Worth {
        if (!(dollarsPerSecond >= 0 && dollarsPerSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "dollars-per-second: " + dollarsPerSecond + " (expected: a finite number >= 0)");
        }
        if (!(dollarsPerQuality >= 0 && dollarsPerQuality < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "dollars-per-quality: " + dollarsPerQuality + " (expected: a finite number >= 0)");
        }
    }
}
