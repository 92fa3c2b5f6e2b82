package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Forecast;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CacheReuseTest {
    private static final Forecast FORECAST = Forecast.UNKNOWN; // 50 ms, and 0.3 ms for each token

    private final CacheReuse reuse = new CacheReuse();

    @BeforeEach
    void begin() {
        reuse.reset(0);
        reuse.reset(1);
    }

    private double cached(double expected, double reported, double firstSeconds) {
        return reuse.cachedTokens(0, FORECAST, expected, reported, 4_000, firstSeconds);
    }

    @Test
    void whoAnswersNoSoonerIsNoLongerBelieved() {
        assertTrue(reuse.believed(0));
        for (int i = 0; i < 12; i++) {
            assertEquals(0, cached(3_500, 0, 1.2)); // as long as all of it takes
        }
        assertFalse(reuse.believed(0));
        assertTrue(reuse.believed(1));
        for (int i = 0; i < 12; i++) {
            assertEquals(3_500, cached(3_500, 0, 0.25));
        }
        assertTrue(reuse.believed(0));
    }

    @Test
    void whatAWorkerReportsIsBelieved() {
        assertEquals(1_000, cached(3_500, 1_000, 1.2));
        assertEquals(1_000, cached(0, 1_000, 1.2));
        for (int i = 0; i < 20; i++) {
            cached(3_500, 1, 0.2);
        }
        assertFalse(reuse.believed(0));
    }

    @Test
    void whatSavesLittleTellsNothing() {
        for (int i = 0; i < 20; i++) {
            assertEquals(200, cached(200, 0, 1.2));
            assertEquals(300, cached(300, 0, 1.2));
            assertEquals(3_500, cached(3_500, 0, Double.NaN));
            assertEquals(0, cached(0, 0, 1.2));
        }
        assertTrue(reuse.believed(0));
    }

    @Test
    void anotherInItsPlaceBeginsAnew() {
        for (int i = 0; i < 20; i++) {
            cached(3_500, 0, 1.2);
        }
        assertFalse(reuse.believed(0));
        reuse.reset(0);
        assertTrue(reuse.believed(0));
    }
}
