package dev.penstock.routing;

/**
 * What a worker charges for a model, in US dollars per million tokens.
 *
 * @param inputPerMillion dollars per million prompt tokens, finite, at least 0
 * @param outputPerMillion dollars per million completion tokens, finite, at least 0
 */
public record Price(double inputPerMillion, double outputPerMillion) {
    public Price {
        requireAmount("input-per-million", inputPerMillion);
        requireAmount("output-per-million", outputPerMillion);
    }

    private static void requireAmount(String name, double amount) {
        if (!Double.isFinite(amount) || amount < 0) {
            throw new IllegalArgumentException(name + ": " + amount + " (expected: a finite number of dollars >= 0)");
        }
    }
}
