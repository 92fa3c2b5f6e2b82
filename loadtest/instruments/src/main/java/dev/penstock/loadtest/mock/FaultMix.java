package dev.penstock.loadtest.mock;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often what goes wrong. Drawn request by request from a sequence of its own, not from the request: the retry of a
 * request that failed has the same chances as any other, and gets the same text.
 *
 * @param probabilities from 0 to 1 each, at most 1 in sum; what is not named does not happen
 * @param seed of the sequence
 */
public record FaultMix(Map<Fault, Double> probabilities, long seed) {
    /** Nothing goes wrong. */
    public static final FaultMix NONE = new FaultMix(Map.of(), 1);

    /** Sums of probabilities written in decimals are off by a little. */
    private static final double ROUNDING = 1e-9;

    /**
     * A mix within its bounds.
     *
     * @throws IllegalArgumentException when they are not kept
     */
    public FaultMix {
        double sum = 0;
        for (Map.Entry<Fault, Double> each : probabilities.entrySet()) {
            double probability = each.getValue();
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "fault " + each.getKey().label() + ": " + probability + " (expected: 0 to 1)");
            }
            sum += probability;
        }
        if (sum > 1 + ROUNDING) {
            throw new IllegalArgumentException("faults: " + sum + " in sum (expected: at most 1)");
        }
        // In the order of the enum, so that a seed means the same however the map was made.
        Map<Fault, Double> ordered = new EnumMap<>(Fault.class);
        ordered.putAll(probabilities);
        probabilities = Collections.unmodifiableMap(ordered);
    }

    /** A mix of one fault. */
    public static FaultMix of(Fault fault, double probability) {
        return new FaultMix(Map.of(fault, probability), 1);
    }

    /** The fault of a request, by a number in [0, 1). */
    Optional<Fault> at(double point) {
        double edge = 0;
        for (Map.Entry<Fault, Double> each : probabilities.entrySet()) {
            edge += each.getValue();
            if (point < edge) {
                return Optional.of(each.getKey());
            }
        }
        return Optional.empty();
    }
}
