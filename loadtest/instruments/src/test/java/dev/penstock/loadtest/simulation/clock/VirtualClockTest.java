package dev.penstock.loadtest.simulation.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class VirtualClockTest {
    private record Asked(long time, int number) {}

    @Test
    void eventsHappenInTheOrderOfTheirTimesAndThenAsAskedFor() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VirtualClock clock = new VirtualClock();
            List<Asked> happened = new ArrayList<>();
            int[] number = {0};
            for (int i = 0; i < 2000; i++) {
                Asked asked = new Asked(random.nextLong(500), number[0]++);
                clock.at(asked.time(), () -> {
                    happened.add(asked);
                    assertEquals(asked.time(), clock.nowNanos());
                    if (random.nextInt(3) == 0) {
                        Asked more = new Asked(clock.nowNanos() + random.nextLong(50), number[0]++);
                        clock.at(more.time(), () -> happened.add(more));
                    }
                });
            }
            while (clock.step()) {
                // until nothing is left
            }
            assertEquals(number[0], happened.size(), "seed " + seed);
            assertEquals(number[0], clock.happened());
            for (int i = 1; i < happened.size(); i++) {
                Asked before = happened.get(i - 1);
                Asked after = happened.get(i);
                assertTrue(
                        before.time() < after.time()
                                || (before.time() == after.time() && before.number() < after.number()),
                        "seed " + seed + ": " + before + " before " + after);
            }
        }
    }

    @Test
    void thePastIsOver() {
        VirtualClock clock = new VirtualClock();
        clock.at(10, () -> {});
        assertTrue(clock.step());
        assertFalse(clock.step());
        assertThrows(IllegalArgumentException.class, () -> clock.at(9, () -> {}));
    }
}
