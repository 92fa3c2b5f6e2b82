package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PromptWorkTest {
    private static final long SECOND = 1_000_000_000L;

    private final PromptWork work = new PromptWork();

    @Test
    void saysNothingOfAWorkerThatReportsNothing() {
        work.sent(3, 1_000);
        assertTrue(work.ahead(3) < 0);
        work.computed(3, 400);
        assertEquals(400, work.done(3));
    }

    @Test
    void addsWhatWasSentSinceTheReport() {
        work.sent(3, 1_000);
        work.report(3, 700, 5_000, 0);
        assertEquals(700, work.ahead(3));
        work.sent(3, 200);
        work.sent(4, 50);
        assertEquals(900, work.ahead(3));
        work.computed(3, 200); // it will tell that itself
        assertEquals(5_000, work.done(3));
        work.report(3, 0, 5_900, 0);
        assertEquals(0, work.ahead(3));
        assertEquals(5_900, work.done(3));
        work.forgetReport(3);
        assertTrue(work.ahead(3) < 0);
    }

    @Test
    void theRateComesNearToWhatIsComputed() {
        long now = 0;
        work.reset(3, now);
        work.report(3, 0, 1_000_000, now); // counted since its start, which was long ago
        for (int i = 0; i < 300; i++) {
            now += SECOND;
            work.report(3, 0, 1_000_000 + 2_000L * (i + 1), now);
            work.tick(3, now);
            assertTrue(work.perSecond(3) <= 2_000.001, "after " + i + " s: " + work.perSecond(3));
        }
        assertEquals(2_000, work.perSecond(3), 20);
        work.report(3, 0, 10, now); // it began anew
        work.tick(3, now + SECOND);
        assertEquals(2_000, work.perSecond(3), 60);
        work.tick(3, now + 600 * SECOND);
        assertEquals(0, work.perSecond(3), 1);
    }

    @Test
    void whatWasReportedLongAgoIsNotGoneBy() {
        work.report(3, 9_000, 100, 0);
        work.tick(3, 4 * SECOND);
        assertEquals(9_000, work.ahead(3));
        work.tick(3, 6 * SECOND);
        assertTrue(work.ahead(3) < 0);
    }
}
