package dev.penstock.routing;

/**
 * What a worker charges for a model: by tokens, by the time it is busy, or both. In US dollars:
 * {@code ((prompt - cached) * input + cached * cachedInput + completion * output) / 1e6 + busySeconds * perHour / 3600}.
 *
 * @param inputPerMillion dollars per million prompt tokens that were in no cache, finite, at least 0
 * @param cachedInputPerMillion dollars per million prompt tokens that came from a cache, finite, at least 0
 * @param outputPerMillion dollars per million completion tokens, finite, at least 0
 * @param perHour dollars for an hour of the whole accelerator, finite, at least 0; a request is charged its share of it
 */
public record Price(double inputPerMillion, double cachedInputPerMillion, double outputPerMillion, double perHour) {
    private static final double MILLION = 1e6;
    private static final double SECONDS_PER_HOUR = 3600;

    /** Costs nothing, which is not the same as costing nobody knows what. */
    public static final Price FREE = new Price(0, 0, 0, 0);

    public Price {
        requireAmount("input-per-million", inputPerMillion);
        requireAmount("cached-input-per-million", cachedInputPerMillion);
        requireAmount("output-per-million", outputPerMillion);
        requireAmount("per-hour", perHour);
    }

    /** A price by tokens, cached ones at the price of the others. */
    public Price(double inputPerMillion, double outputPerMillion) {
        this(inputPerMillion, inputPerMillion, outputPerMillion, 0);
    }

    /** A price by the hour. */
    public static Price hourly(double perHour) {
        return new Price(0, 0, 0, perHour);
    }

    /**
     * What so much costs.
     *
     * @param promptTokens cached ones included
     * @param busySeconds the share of the accelerator's time that it takes: a request that has a batch of eight to itself
     *     for a second takes one, as one of eight an eighth
     */
    public double dollars(double promptTokens, double cachedTokens, double completionTokens, double busySeconds) {
        return ((promptTokens - cachedTokens) * inputPerMillion
                                + cachedTokens * cachedInputPerMillion
                                + completionTokens * outputPerMillion)
                        / MILLION
                + busySeconds * perHour / SECONDS_PER_HOUR;
    }

    private static void requireAmount(String name, double amount) {
        if (!Double.isFinite(amount) || amount < 0) {
            throw new IllegalArgumentException(name + ": " + amount + " (expected: a finite number of dollars >= 0)");
        }
    }
}
