package dev.penstock.routing;

/**
 * A model that would do for a request.
 *
 * @param model which
 * @param quality of its answers to such requests, from 0 to 1; NaN where nobody has said
 */
public record ModelChoice(ModelId model, double quality) {
    public ModelChoice {
        if (quality < 0 || quality > 1) {
            throw new IllegalArgumentException("quality: " + quality + " (expected: 0 to 1)");
        }
    }

    /** A model of unknown quality. */
    public static ModelChoice of(ModelId model) {
        return new ModelChoice(model, Double.NaN);
    }
}
