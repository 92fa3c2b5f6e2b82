package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FaultSequenceTest {
    private static final long SEED = 42;

    private static List<Optional<Fault>> draws(FaultMix mix, int count) {
        return Stream.generate(new FaultSequence(mix)::next).limit(count).toList();
    }

    @Test
    void faultsComeAsOftenAsTheyShould() {
        Map<Fault, Double> wanted =
                Map.of(Fault.HANG, 0.001, Fault.INTERNAL_ERROR, 0.05, Fault.RESET_MID_STREAM, 0.2, Fault.SLOW, 0.0);
        int count = 1_000_000;
        Map<Fault, Integer> seen = new EnumMap<>(Fault.class);
        for (Optional<Fault> draw : draws(new FaultMix(wanted, SEED), count)) {
            draw.ifPresent(fault -> seen.merge(fault, 1, Integer::sum));
        }
        assertEquals(3, seen.size(), () -> "seed " + SEED + ": " + seen);
        wanted.forEach((fault, probability) -> {
            double deviation = Math.sqrt(count * probability * (1 - probability));
            assertEquals(
                    count * probability,
                    seen.getOrDefault(fault, 0),
                    4 * deviation,
                    () -> "seed " + SEED + ": " + fault);
        });
    }

    @Test
    void aSeedMeansTheSameSequenceHoweverItIsWritten() {
        Map<Fault, Double> forwards = new LinkedHashMap<>();
        forwards.put(Fault.RESET, 0.3);
        forwards.put(Fault.SLOW, 0.3);
        Map<Fault, Double> backwards = new LinkedHashMap<>();
        backwards.put(Fault.SLOW, 0.3);
        backwards.put(Fault.RESET, 0.3);
        assertEquals(draws(new FaultMix(forwards, SEED), 100), draws(new FaultMix(backwards, SEED), 100));
        assertTrue(!draws(new FaultMix(forwards, SEED), 100).equals(draws(new FaultMix(forwards, SEED + 1), 100)));
    }

    @Test
    void certainFaultsAlwaysComeAndImpossibleOnesNever() {
        assertTrue(draws(FaultMix.of(Fault.HANG, 1), 1000).stream().allMatch(Optional.of(Fault.HANG)::equals));
        assertTrue(draws(FaultMix.of(Fault.HANG, 0), 1000).stream().allMatch(Optional::isEmpty));
        assertTrue(draws(FaultMix.NONE, 1000).stream().allMatch(Optional::isEmpty));
    }

    @Test
    void aMixHasBounds() {
        assertEquals(
                "fault hang: 1.5 (expected: 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> FaultMix.of(Fault.HANG, 1.5))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> new FaultMix(Map.of(Fault.HANG, 0.6, Fault.RESET, 0.6), SEED));
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> Fault.of("nap"))
                        .getMessage())
                .startsWith("fault: nap (expected: one of 500, 503, 429, reset,"));
    }
}
