package dev.penstock.routing.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND; // a monotonic clock may be below 0

    private static Loading loading(double loadSeconds, double coldAfterSeconds) {
        return new Loading(Workers.served(new Rates(0, 0, 0, loadSeconds, coldAfterSeconds)));
    }

    private static Sample sample(double first, double total, long endNanos) {
        return new Sample(1_000, 0, 101, first, total, 1, 0, endNanos);
    }

    @Test
    void whoDeclaresNothingIsAlwaysLoaded() {
        Loading loading = loading(20, 0);
        assertEquals(0, loading.seconds());
        loading.at(START + 1_000_000 * SECOND);
        assertEquals(0, loading.seconds());
        assertFalse(loading.waited(START));
        assertFalse(loading.everCold());
    }

    @Test
    void isColdBeforeItsFirstAnswerAndOnceIdle() {
        Loading loading = loading(20, 300);
        assertEquals(20, loading.seconds());
        loading.used(START);
        assertEquals(0, loading.seconds());
        loading.at(START + 300 * SECOND);
        assertEquals(0, loading.seconds());
        loading.at(START + 301 * SECOND);
        assertEquals(20, loading.seconds());
        loading.used(START + 302 * SECOND);
        loading.at(START + 600 * SECOND);
        assertEquals(0, loading.seconds());
    }

    @Test
    void theEnginesWordGoesBeforeTheClock() {
        Loading loading = loading(20, 300);
        loading.told(true, START);
        loading.at(START + 1_000 * SECOND);
        assertEquals(0, loading.seconds(), "it says that it is loaded");
        loading.told(false, START + 1_001 * SECOND);
        assertEquals(20, loading.seconds());
        loading.used(START + 1_002 * SECOND);
        assertEquals(0, loading.seconds(), "an answer shows that it is");
    }

    @Test
    void whatIsUsualIsTakenWhereNothingIsDeclared() {
        assertEquals(2 + 0.5 * 8, loading(0, 300).seconds());
    }

    @Test
    void onlyWhoWasSentBeforeItWasLoadedWaitedForIt() {
        Loading loading = loading(20, 300);
        assertTrue(loading.waited(START));
        loading.used(START + 20 * SECOND);
        assertTrue(loading.waited(START + 19 * SECOND));
        assertFalse(loading.waited(START + 20 * SECOND));
    }

    /** A cold start says how long loading takes, and must not make the worker look slow. */
    @Test
    void coldStartsTeachTheLoadTimeAndNothingElse() {
        ServedModel model = Workers.served(new Rates(0, 0, 0, 10, 300));
        Worker worker = Workers.worker(0, Accelerator.GPU, model);
        ForecastBook book = new ForecastBook();
        Forecast forecast = book.of(worker, model);
        double first = forecast.firstTokenSeconds(1_000);
        assertEquals(10, forecast.loadSeconds());

        book.began(worker, model, START + 30 * SECOND);
        assertEquals(0, forecast.loadSeconds());
        book.observe(worker, model, sample(30 + first, 32 + first, START + 32 * SECOND));
        assertEquals(first, forecast.firstTokenSeconds(1_000), "nothing learned of its speed");
        assertEquals(0, forecast.peakSeconds(START + 32 * SECOND));
        book.observe(worker, model, sample(12 + first, 14 + first, START + 33 * SECOND)); // waited for it, too
        assertEquals(first, forecast.firstTokenSeconds(1_000));

        book.retain(Directory.of(List.of(worker)), START + 400 * SECOND);
        assertEquals(20, forecast.loadSeconds(), 0.001, "half of the way from 10 to 30");
        book.told(worker, model, true, START + 401 * SECOND);
        book.observe(worker, model, sample(3 * first, 3 * first + 2, START + 500 * SECOND));
        assertTrue(forecast.firstTokenSeconds(1_000) > first, "warm again, it is learned from");
    }

    @Test
    void anAnswerThatCameWholeTeachesTheLoadTimeToo() {
        ServedModel model = Workers.served(new Rates(0, 0, 0, 10, 300));
        Worker worker = Workers.worker(0, Accelerator.GPU, model);
        ForecastBook book = new ForecastBook();
        Forecast forecast = book.of(worker, model);
        double total = forecast.firstTokenSeconds(1_000) + 100 * forecast.secondsPerToken(1);
        book.observe(worker, model, Workers.whole(sample(Double.NaN, 30 + total, START + 60 * SECOND)));
        assertEquals(0, forecast.loadSeconds());
        book.retain(Directory.of(List.of(worker)), START + 400 * SECOND);
        assertEquals(20, forecast.loadSeconds(), 0.001);
    }

    /** Declared to unload, and does not: it is soon found out. */
    @Test
    void whoIsNeverReallyColdComesToTakeNoTime() {
        Loading loading = loading(20, 300);
        long now = START;
        for (int i = 0; i < 10; i++) {
            now += 400 * SECOND;
            loading.at(now);
            loading.used(now);
            loading.waitedFor(-0.01);
        }
        loading.at(now + 400 * SECOND);
        assertEquals(0, loading.seconds(), 0.05);
    }
}
