package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The probability that the answer to one question serves another: {@code 1 / (1 + exp(-(b + sum of w_f x_f)))} over the
 * {@link Feature}s, and 0 where a {@link Veto} holds. Immutable.
 *
 * @param weights of each feature; of those that speak for one answer at least 0, of the others at most 0
 * @param threshold the least probability that is served, where nothing else has been calibrated
 */
public record Judge(double intercept, Map<Feature, Double> weights, double threshold) {
    private static final String INTERCEPT = "intercept";
    private static final String THRESHOLD = "threshold";

    public Judge {
        weights = Map.copyOf(weights);
        for (Feature feature : Feature.values()) {
            double weight = weights.getOrDefault(feature, 0.0);
            if (!(feature.speaksFor() ? weight >= 0 : weight <= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(feature.label() + ": " + weight + " (expected: a number "
                        + (feature.speaksFor() ? ">= 0" : "<= 0") + ")");
            }
        }
        if (!Double.isFinite(intercept)) {
            throw new IllegalArgumentException(INTERCEPT + ": " + intercept + " (expected: a finite number)");
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException(THRESHOLD + ": " + threshold + " (expected: 0 to 1)");
        }
    }

    /** The judge that comes with the product, calibrated with all-MiniLM-L6-v2; see docs/cache.md. */
    public static Judge shipped() {
        try (InputStream file = Objects.requireNonNull(Judge.class.getResourceAsStream("judge.txt"))) {
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** How likely the answer to one serves the other, from 0 to 1. */
    public double probability(Wording one, Wording other, double cosine) {
        return Veto.between(one, other).isPresent() ? 0 : unvetoed(one, other, cosine);
    }

    double unvetoed(Wording one, Wording other, double cosine) {
        double[] values = Feature.of(one, other, cosine);
        double sum = intercept;
        int at = 0;
        for (Feature feature : Feature.values()) {
            sum += weights.getOrDefault(feature, 0.0) * values[at++];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** The same with another threshold. */
    public Judge withThreshold(double other) {
        return new Judge(intercept, weights, other);
    }

    /** As a file has it: a name and a number a line. */
    public String text() {
        return INTERCEPT + " " + number(intercept) + "\n"
                + Arrays.stream(Feature.values())
                        .map(feature -> feature.label() + " " + number(weights.getOrDefault(feature, 0.0)) + "\n")
                        .collect(Collectors.joining())
                + THRESHOLD + " " + number(threshold) + "\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException naming the line that will not do
     */
    public static Judge parse(String text) {
        Map<Feature, Double> weights = new EnumMap<>(Feature.class);
        double intercept = Double.NaN;
        double threshold = Double.NaN;
        for (String line : text.lines()
                .filter(each -> !each.isBlank() && !each.startsWith("#"))
                .toList()) {
            String[] parts = line.strip().split("\\s+");
            double value = value(line, parts);
            switch (parts[0]) {
                case INTERCEPT -> intercept = value;
                case THRESHOLD -> threshold = value;
                default -> weights.put(feature(parts[0]), value);
            }
        }
        return new Judge(intercept, weights, threshold);
    }

    private static double value(String line, String[] parts) {
        try {
            if (parts.length == 2) {
                return Double.parseDouble(parts[1]);
            }
        } catch (NumberFormatException malformed) {
            // Said below, as of any other line that will not do.
        }
        throw new IllegalArgumentException("judge: " + line + " (expected: a name and a number)");
    }

    private static Feature feature(String label) {
        return Arrays.stream(Feature.values())
                .filter(feature -> feature.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("judge: " + label + " (expected: one of "
                        + Arrays.stream(Feature.values()).map(Feature::label).collect(Collectors.joining(", ")) + ")"));
    }
}
