package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The probability that the answer to one question serves another: {@code 1 / (1 + exp(-(b + sum of w_f x_f)))} over the
 * {@link Feature}s, and 0 where a {@link Veto} holds. Immutable.
 *
 * @param weights of each feature; of those that speak for one answer at least 0, of the others at most 0
 * @param thresholds the least probability that is served, by the most that may be wrong of what is served: each above 0 and
 *     below 1, and none higher than that of a stricter target; empty where nothing is to be served
 */
public record Judge(double intercept, Map<Feature, Double> weights, NavigableMap<Double, Double> thresholds) {
    private static final String INTERCEPT = "intercept";
    private static final String THRESHOLD = "threshold";
    /** What a threshold without a target was calibrated for, in files that have only one. */
    private static final double ONLY_TARGET = 0.01;

    private static final int STEPS = 5;

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
        thresholds = Collections.unmodifiableNavigableMap(new TreeMap<>(thresholds));
        double stricter = 1;
        for (Map.Entry<Double, Double> each : thresholds.entrySet()) {
            double target = each.getKey();
            double threshold = each.getValue();
            if (!(target > 0 && target < 1) || !(threshold >= 0 && threshold <= stricter)) {
                throw new IllegalArgumentException(THRESHOLD + ": " + target + " " + threshold
                        + " (expected: a target above 0 and below 1, and 0 to " + stricter + ")");
            }
            stricter = threshold;
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

    /**
     * The least probability that is served where at most the target may be wrong: that of the largest target for which it is
     * known and which is not above the given one.
     *
     * @return empty where there is none, so that nothing may be served
     */
    public OptionalDouble threshold(double target) {
        Map.Entry<Double, Double> known = thresholds.floorEntry(target);
        return known == null ? OptionalDouble.empty() : OptionalDouble.of(known.getValue());
    }

    /**
     * The {@linkplain #threshold threshold of a target} and four stricter ones, for a watch to go to: under each the odds of
     * being wrong are half those under the one before.
     *
     * @return from loose to strict; empty where nothing may be served
     */
    public double[] ladder(double target) {
        OptionalDouble first = threshold(target);
        if (first.isEmpty()) {
            return new double[0];
        }
        double odds = (1 - first.getAsDouble()) / first.getAsDouble();
        return IntStream.range(0, STEPS)
                .mapToDouble(step -> step == 0 ? first.getAsDouble() : 1 / (1 + odds / (1 << step)))
                .toArray();
    }

    /** The same with other thresholds. */
    public Judge withThresholds(Map<Double, Double> others) {
        return new Judge(intercept, weights, new TreeMap<>(others));
    }

    /** As a file has it: a name and a number a line, and of thresholds the target before the number. */
    public String text() {
        return INTERCEPT + " " + number(intercept) + "\n"
                + Arrays.stream(Feature.values())
                        .map(feature -> feature.label() + " " + number(weights.getOrDefault(feature, 0.0)) + "\n")
                        .collect(Collectors.joining())
                + thresholds.entrySet().stream()
                        .map(each -> THRESHOLD + " "
                                + BigDecimal.valueOf(each.getKey()).toPlainString() + " " + number(each.getValue())
                                + "\n")
                        .collect(Collectors.joining());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /**
     * Reads a file. A threshold without a target is that of 0.01.
     *
     * @throws IllegalArgumentException naming the line that will not do
     */
    public static Judge parse(String text) {
        Map<Feature, Double> weights = new EnumMap<>(Feature.class);
        double intercept = Double.NaN;
        NavigableMap<Double, Double> thresholds = new TreeMap<>();
        for (String line : text.lines()
                .filter(each -> !each.isBlank() && !each.startsWith("#"))
                .toList()) {
            String[] parts = line.strip().split("\\s+");
            if (parts[0].equals(THRESHOLD)) {
                double target = parts.length == 3 ? value(line, parts, 1, 3) : ONLY_TARGET;
                thresholds.put(target, value(line, parts, parts.length == 3 ? 2 : 1, parts.length == 3 ? 3 : 2));
            } else if (parts[0].equals(INTERCEPT)) {
                intercept = value(line, parts, 1, 2);
            } else {
                double weight = value(line, parts, 1, 2);
                weights.put(feature(parts[0]), weight);
            }
        }
        return new Judge(intercept, weights, thresholds);
    }

    private static double value(String line, String[] parts, int at, int expected) {
        try {
            if (parts.length == expected) {
                return Double.parseDouble(parts[at]);
            }
        } catch (NumberFormatException malformed) {
            // Said below, as of any other line that will not do.
        }
        throw new IllegalArgumentException("judge: " + line + " (expected: a name and a number"
                + (parts[0].equals(THRESHOLD) ? ", or a target between them" : "") + ")");
    }

    private static Feature feature(String label) {
        return Arrays.stream(Feature.values())
                .filter(feature -> feature.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("judge: " + label + " (expected: one of "
                        + Arrays.stream(Feature.values()).map(Feature::label).collect(Collectors.joining(", ")) + ")"));
    }
}
