package dev.penstock.loadtest.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    private static final List<String> TARGETS = List.of("direct", "nginx", "penstock");

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddle() {
        assertEquals(Optional.of(new Spread(2, 1, 9)), spread(9, 1, 2));
        assertEquals(Optional.of(new Spread(2.5, 1, 9)), spread(9, 1, 2, 3));
        assertEquals(Optional.of(new Spread(7, 7, 7)), spread(7));
        assertEquals(Optional.empty(), spread());
    }

    @Test
    void ratiosAreOfMediansAndSpreadOverRounds() {
        assertEquals(
                Optional.of(new Spread(0.5, 0.25, 0.75)),
                Spread.ratio(new double[] {50, 25, 75}, new double[] {100, 100, 100}));
        assertEquals(Optional.empty(), Spread.ratio(new double[] {1}, new double[] {0}), "nothing to compare to");
        assertEquals(Optional.empty(), Spread.ratio(new double[] {1}, new double[] {}));
    }

    @Test
    void everyTargetIsFirstOnceAndFollowsItsNeighbourNoMore() {
        assertEquals(
                List.of("a b c", "b c a", "c a b", "a b c"),
                IntStream.range(0, 4)
                        .mapToObj(round -> String.join(" ", Rotation.of(List.of("a", "b", "c"), round)))
                        .toList());
        assertEquals(List.of(), Rotation.of(List.of(), 3));
    }

    @Test
    void aTargetIsComparedToNginxAndToNothingInBetween() {
        Comparison comparison = Comparison.of(scenario("json-1k:64"), TARGETS, BenchSamples.measurements("json-1k:64"));
        assertEquals(
                TARGETS,
                comparison.targets().stream().map(Comparison.Figures::target).toList());
        Comparison.Figures penstock = comparison.targets().getLast();
        assertEquals(200, penstock.rightPerSecond().orElseThrow().median());
        assertEquals(0.5, penstock.ofNginx().orElseThrow().median());
        assertEquals(0.2, penstock.ofDirect().orElseThrow().median());
        assertEquals(OptionalDouble.of(400_000), penstock.addedP50Nanos());
        assertEquals(OptionalDouble.of(4_000_000), penstock.addedP99Nanos());
        assertEquals(3, penstock.failed());
        assertEquals(Map.of(Failure.CUT, 2L), penstock.failures());
        assertTrue(comparison.targets().getFirst().addedP50Nanos().isEmpty(), "direct adds nothing to itself");
        assertTrue(comparison.targets().getFirst().cpuSecondsPer10k().isEmpty(), "direct is no proxy");
    }

    @Test
    void aFixedRateIsNoRatio() {
        Comparison comparison = Comparison.of(scenario("rate-1000"), TARGETS, BenchSamples.measurements("rate-1000"));
        assertTrue(comparison.targets().getLast().ofNginx().isEmpty());
        assertEquals(OptionalDouble.of(400_000), comparison.targets().getLast().addedP50Nanos());
    }

    @Test
    void aTargetThatDidNotRunIsLeftOut() {
        List<Measurement> withoutNginx = BenchSamples.measurements("json-1k:64").stream()
                .filter(measured -> !measured.target().equals("nginx"))
                .toList();
        Comparison comparison = Comparison.of(scenario("json-1k:64"), TARGETS, withoutNginx);
        assertEquals(
                List.of("direct", "penstock"),
                comparison.targets().stream().map(Comparison.Figures::target).toList());
        assertTrue(comparison.targets().getLast().ofNginx().isEmpty());
    }

    @Test
    void scenariosAreChosenByFamilyOrOneByOne() {
        List<Scenario> all = Scenarios.all(5000);
        assertEquals(all, Scenarios.named(all, List.of()));
        assertEquals(
                List.of("json-1k:1", "json-1k:64", "json-1k:512", "stream-100:16"),
                Scenarios.named(all, List.of("stream-100:16", "json-1k")).stream()
                        .map(Scenario::id)
                        .toList());
        String refused =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> Scenarios.named(all, List.of("json")))
                        .getMessage());
        assertTrue(refused.startsWith("scenario: json (expected: one of json-1k, json-1k:1,"), refused);
    }

    @Test
    void streamsAreHeldByAskingForThemAtTheRateAtWhichTheyEnd() {
        Scenario slow = scenario("slow-streams");
        assertTrue(slow.holds() && slow.streams() && !slow.saturating());
        assertEquals(new Arrivals.Constant(500), slow.arrivals());
        assertThrows(IllegalArgumentException.class, () -> Scenarios.all(1));
    }

    private static Optional<Spread> spread(double... figures) {
        return Spread.of(IntStream.range(0, figures.length)
                .mapToObj(i -> OptionalDouble.of(figures[i]))
                .toList());
    }

    private static Scenario scenario(String id) {
        return Scenarios.named(Scenarios.all(5000), List.of(id)).getFirst();
    }
}
