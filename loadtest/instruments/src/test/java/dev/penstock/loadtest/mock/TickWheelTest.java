package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TickWheelTest {
    private static final long MILLI = 1_000_000;
    private static final long ORIGIN = Long.MAX_VALUE - 50 * MILLI;

    private final TickWheel wheel = new TickWheel(ORIGIN);
    private final List<String> ran = new ArrayList<>();

    private void schedule(long now, long due, String name) {
        wheel.schedule(ORIGIN + now, ORIGIN + due, () -> ran.add(name));
    }

    private void advance(long now) {
        wheel.advance(ORIGIN + now);
    }

    @Test
    void nothingRunsEarlyAndAllInOrder() {
        schedule(0, 3 * MILLI, "c");
        schedule(0, MILLI, "a");
        schedule(0, 2 * MILLI - 1, "b");
        advance(MILLI - 1);
        assertEquals(List.of(), ran);
        advance(MILLI);
        assertEquals(List.of("a"), ran);
        advance(100 * MILLI);
        assertEquals(List.of("a", "b", "c"), ran);
        assertTrue(wheel.isEmpty());
    }

    @Test
    void whatIsRoundsAwayWaitsForItsRound() {
        schedule(0, 5 * MILLI, "soon");
        schedule(0, (5 + 3 * 4096) * MILLI, "later");
        advance(5 * MILLI);
        advance((5 + 4096) * MILLI);
        assertEquals(List.of("soon"), ran);
        assertFalse(wheel.isEmpty());
        advance((5 + 3 * 4096) * MILLI);
        assertEquals(List.of("soon", "later"), ran);
    }

    @Test
    void aPauseOfManyRoundsLosesNothing() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            schedule(0, random.nextLong(20_000 * MILLI), "x");
        }
        advance(20_001 * MILLI);
        assertEquals(1000, ran.size(), "seed 1");
        assertTrue(wheel.isEmpty());
    }

    @Test
    void whatRunsMaySchedule() {
        wheel.schedule(ORIGIN, ORIGIN + MILLI, () -> schedule(MILLI, 0, "again"));
        advance(MILLI);
        assertEquals(List.of(), ran);
        advance(2 * MILLI);
        assertEquals(List.of("again"), ran);
    }

    @Test
    void anIdleWheelGoesOnFromThePresent() {
        schedule(90_000 * MILLI, 90_000 * MILLI + 1, "a");
        advance(90_001 * MILLI);
        assertEquals(List.of("a"), ran);
    }
}
