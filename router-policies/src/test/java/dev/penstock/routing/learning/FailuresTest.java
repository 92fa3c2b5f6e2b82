package dev.penstock.routing.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FailuresTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "100, 0, 0",
        "0, 1, 0.25", // one of one is not yet half
        "0, 4, 1",
        "96, 10, 0.1",
        "0, 1000, 9", // bounded
    })
    void theOddsAreOfCountsAndAPrior(int succeeded, int failed, double odds) {
        Failures failures = new Failures();
        for (int i = 0; i < succeeded; i++) {
            failures.succeeded(SECOND);
        }
        for (int i = 0; i < failed; i++) {
            failures.failed(0.1 * i, SECOND);
        }
        assertEquals(odds, failures.odds(), 1e-9);
        assertEquals(failed == 0 ? 0 : 0.1 * (failed - 1) / 2, failures.seconds(), 1e-6);
    }

    @Test
    void whatIsLongAgoIsForgotten() {
        Failures failures = new Failures();
        for (int i = 0; i < 4; i++) {
            failures.failed(2, SECOND);
        }
        failures.at(61 * SECOND);
        assertEquals(1 / Math.E, failures.odds(), 1e-9);
        assertEquals(2, failures.seconds(), 1e-9);
        failures.at(1_000 * SECOND);
        assertEquals(0, failures.odds(), 1e-6);
        assertTrue(Double.isFinite(failures.seconds()));
    }

    /** Whoever fails more often, all else being equal, is expected to fail more; and never without bound. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOddsRiseWithTheRateAndAreBounded(long seed) {
        for (int round = 0; round < 200; round++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000 + round);
            double rate = random.nextDouble();
            double more = rate + (1 - rate) * random.nextDouble();
            Failures some = new Failures();
            Failures others = new Failures();
            long now = random.nextLong(-100, 100) * SECOND;
            for (int i = 0; i < 300; i++) {
                now += random.nextLong(2 * SECOND);
                double draw = random.nextDouble();
                count(some, draw < rate, now);
                count(others, draw < more, now);
            }
            String what = "seed " + seed + ", round " + round + ", rates " + rate + " and " + more;
            assertTrue(others.odds() >= some.odds(), what);
            assertTrue(some.odds() >= 0 && others.odds() <= Failures.MOST_ODDS, what);
        }
    }

    private static void count(Failures failures, boolean failed, long now) {
        if (failed) {
            failures.failed(1, now);
        } else {
            failures.succeeded(now);
        }
    }

    @Test
    void theBookTellsThemAndForgetsThemWithTheRun() {
        ForecastBook book = new ForecastBook();
        Worker worker = Workers.worker(0, Accelerator.GPU);
        ServedModel model = worker.models().getFirst();
        Forecast forecast = book.of(worker, model);
        double first = forecast.firstTokenSeconds(1_000);
        assertEquals(0, forecast.failureOdds());
        for (int i = 0; i < 4; i++) {
            book.failed(worker, model, 0.002, SECOND);
        }
        assertEquals(1, forecast.failureOdds(), 1e-9);
        assertEquals(0.002, forecast.failureSeconds(), 1e-9);
        assertEquals(first, forecast.firstTokenSeconds(1_000), "how fast it fails says nothing of how fast it is");
        book.retain(Directory.of(List.of(worker)), 61 * SECOND);
        assertEquals(1 / Math.E, forecast.failureOdds(), 1e-9);
        book.restarted(worker);
        assertEquals(0, forecast.failureOdds());
    }
}
