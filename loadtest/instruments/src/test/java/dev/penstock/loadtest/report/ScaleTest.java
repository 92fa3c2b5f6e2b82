package dev.penstock.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScaleTest {
    @Test
    void aLinearScaleEndsAtARoundStep() {
        Scale.Linear scale = Scale.Linear.upTo(1234, Units::digits);
        assertEquals(List.of("0", "500", "1,000", "1,500"), labels(scale));
        assertEquals(0.5, scale.place(750), 1e-9);
        assertEquals(
                List.of("0", "0.200", "0.400", "0.600", "0.800", "1"), labels(Scale.Linear.upTo(0, Units::digits)));
    }

    @Test
    void aLogScaleHoldsAllValues() {
        Scale.Log scale = Scale.Log.around(30_000, 4_000_000, Units::duration);
        assertEquals("10 µs", labels(scale).getFirst());
        assertEquals("5 ms", labels(scale).getLast());
        assertTrue(scale.place(30_000) > 0 && scale.place(4_000_000) < 1);
        Scale.Log flat = Scale.Log.around(1000, 1000, Units::duration);
        assertTrue(flat.to() > flat.from());
        assertEquals(0, flat.place(1000));
    }

    @Test
    void eachNineIsAsWideAsTheOneBefore() {
        Scale.Percentiles scale = Scale.Percentiles.of(50_000);
        assertEquals(List.of("0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"), labels(scale));
        assertEquals(0.2, scale.place(90), 1e-9);
        assertEquals(0.4, scale.place(99), 1e-9);
        assertEquals(1, scale.place(100), 1e-9);
    }

    @Test
    void quantitiesHaveThreeDigitsAndAUnit() {
        assertEquals(
                List.of("850 ns", "12.3 µs", "1.53 ms", "999 ms", "75.2 s", "0"),
                List.of(850d, 12_345d, 1_530_000d, 999e6, 75.23e9, 0d).stream()
                        .map(Units::duration)
                        .toList());
        assertEquals("1.50 KiB", Units.bytes(1536));
        assertEquals("1.04x", Units.ratio(1.04));
        assertEquals("-", Units.ratio(Double.NaN));
        assertEquals("0.0001 %", Units.percent(1e-6));
        assertEquals("12,346", Units.rate(12_345.6));
    }

    @Test
    void aRowThatDoesNotFitItsTableIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new Table("t", List.of("a", "b"), List.of(List.of("only one"))));
    }

    private static List<String> labels(Scale scale) {
        return scale.marks().stream().map(Scale.Mark::label).toList();
    }
}
