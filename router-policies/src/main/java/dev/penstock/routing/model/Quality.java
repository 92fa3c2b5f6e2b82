package dev.penstock.routing.model;

/**
 * How good a model's answers are to a request of average difficulty.
 *
 * @param value from useless (0) to the best there is (1): the probability that an answer will do
 * @param source where the number is from, for whoever reads an explanation, such as a benchmark and its date; not blank
 */
public record Quality(double value, String source) {
    public Quality {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("quality: " + value + " (expected: 0 to 1)");
        }
        if (source.isBlank()) {
            throw new IllegalArgumentException("source: blank (expected: where the quality is from)");
        }
    }

    /**
     * The quality of its answers to requests of that difficulty: {@code logistic(logit(value) - difficulty)}, so that every
     * model is worse on a harder request, and a better one stays better.
     *
     * <p>Source: G. Rasch, "Probabilistic Models for Some Intelligence and Attainment Tests", 1960 (the one-parameter
     * logistic model: the log odds of success are ability less difficulty).
     *
     * @param difficulty in log odds, 0 for a request of average difficulty
     */
    public double at(double difficulty) {
        double odds = value / (1 - value);
        if (odds == 0 || Double.isInfinite(odds)) {
            return value;
        }
        return 1 / (1 + Math.exp(difficulty) / odds);
    }
}
