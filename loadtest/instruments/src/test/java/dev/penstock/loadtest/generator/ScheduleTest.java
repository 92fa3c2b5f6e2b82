package dev.penstock.loadtest.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {
    private static final long SEED = 42;

    @TempDir
    private Path directory = Path.of("");

    private static LoadPlan plan(Arrivals arrivals, Duration length, Mix mix) {
        return new LoadPlan(
                URI.create("http://127.0.0.1:1"),
                Optional.empty(),
                Map.of(),
                arrivals,
                mix,
                new RequestShape("m", "e", 1024, 10, 8),
                Duration.ZERO,
                length,
                10,
                Duration.ofSeconds(10),
                1,
                SEED,
                Optional.empty(),
                Slo.INTERACTIVE);
    }

    private static List<Due> all(Arrivals arrivals, Duration length, Mix mix, Optional<TraceFile> trace) {
        Schedule schedule = Schedule.of(plan(arrivals, length, mix), trace);
        List<Due> all = new ArrayList<>();
        for (Optional<Due> next = schedule.next(); next.isPresent(); next = schedule.next()) {
            all.add(next.get());
        }
        return all;
    }

    private static List<Due> all(Arrivals arrivals) {
        return all(arrivals, Duration.ofSeconds(200), Mix.CHAT, Optional.empty());
    }

    /** Standard deviation of the gaps over their mean. */
    private static double variation(List<Due> all) {
        double sum = 0;
        double squares = 0;
        for (int i = 1; i < all.size(); i++) {
            double gap = all.get(i).atNanos() - all.get(i - 1).atNanos();
            sum += gap;
            squares += gap * gap;
        }
        double mean = sum / (all.size() - 1);
        return Math.sqrt(squares / (all.size() - 1) - mean * mean) / mean;
    }

    @Test
    void constantArrivalsAreEven() {
        List<Due> all = all(new Arrivals.Constant(100));
        assertEquals(20_000, all.size());
        assertEquals(10_000_000, all.get(1).atNanos());
        assertEquals(0, variation(all), 1e-6);
    }

    @Test
    void poissonArrivalsHaveTheirRateAndTheVariationOfOne() {
        List<Due> all = all(new Arrivals.Poisson(100));
        assertEquals(20_000, all.size(), 4 * Math.sqrt(20_000), "seed " + SEED);
        assertEquals(1, variation(all), 0.03, "seed " + SEED);
    }

    @Test
    void burstyArrivalsHaveTheirRateAndTheVariationThatWasAskedFor() {
        List<Due> all = all(new Arrivals.Bursty(100, 3));
        assertEquals(20_000, all.size(), 4 * 3 * Math.sqrt(20_000), "seed " + SEED);
        assertEquals(3, variation(all), 0.3, "seed " + SEED);
    }

    @Test
    void theSameSeedIsTheSameSchedule() {
        assertEquals(all(new Arrivals.Poisson(50)), all(new Arrivals.Poisson(50)));
    }

    @Test
    void kindsComeInTheirProportions() {
        List<Due> all = all(new Arrivals.Constant(100), Duration.ofSeconds(100), new Mix(2, 1, 1), Optional.empty());
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        all.forEach(due -> counts.merge(due.kind(), 1, Integer::sum));
        assertEquals(5000, counts.getOrDefault(Kind.CHAT, 0), 200, "seed " + SEED);
        assertEquals(2500, counts.getOrDefault(Kind.STREAM, 0), 200, "seed " + SEED);
    }

    @Test
    void aTraceGivesTimesAndLengths() throws IOException {
        Path csv = Files.writeString(directory.resolve("trace.csv"), """
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 23:59:59.5000000,374,44
                2023-11-17 00:00:01.0000000,100,7
                """);
        Arrivals.Trace arrivals = new Arrivals.Trace(csv, 2);
        List<Due> all = all(arrivals, Duration.ofSeconds(10), Mix.CHAT, Optional.of(TraceFile.read(csv)));
        assertEquals(
                List.of(new Due(0, Kind.CHAT, 0, 256 + 4 * 374, 44), new Due(750_000_000, Kind.CHAT, 1, 656, 7)), all);
    }

    @Test
    void aTraceMayBeOfJsonLines() throws IOException {
        Path json = Files.writeString(
                directory.resolve("trace.jsonl"),
                "{\"timestamp\": 5, \"input_length\": 10, \"output_length\": 3}\n{\"timestamp\": 25}\n");
        TraceFile trace = TraceFile.read(json);
        assertEquals(2, trace.size());
        assertEquals(20_000_000, trace.atNanos(1));
        assertEquals(10, trace.promptTokens(0));
        assertEquals(0, trace.answerTokens(1), "not told");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timestamp\": 5}\n{\"timestamp\": 4}\n",
                "{\"timestamp\": 5}\nnonsense\n",
                "{\"timestamp\": 5}\n{\"input_length\": 4}\n",
                "{\"timestamp\": 5}\n{\"timestamp\": 6, \"output_length\": -1}\n",
                "TIMESTAMP\nyesterday\n",
            })
    void aBrokenTraceIsRefusedWithItsLine(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("trace"), text);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> TraceFile.read(file));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(file + ":2: "), refused::getMessage);
    }
}
