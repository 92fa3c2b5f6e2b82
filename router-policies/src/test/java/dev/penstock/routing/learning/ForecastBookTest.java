package dev.penstock.routing.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForecastBookTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Worker WORKER = Workers.worker(0, Accelerator.GPU);
    private static final ServedModel MODEL = WORKER.models().getFirst();
    private static final Sample SLOW = new Sample(1_000, 0, 101, 3, 13, 1, 0, SECOND);

    @Test
    void aForecastIsOneObjectAndLive() {
        ForecastBook book = new ForecastBook();
        Forecast forecast = book.of(WORKER, MODEL);
        double before = forecast.firstTokenSeconds(1_000);
        book.observe(WORKER, MODEL, SLOW);
        assertSame(forecast, book.of(WORKER, MODEL));
        assertTrue(forecast.firstTokenSeconds(1_000) > before);
        assertEquals(1, forecast.observations(SECOND));
    }

    @Test
    void workersAndModelsAreForecastApart() {
        ForecastBook book = new ForecastBook();
        book.observe(WORKER, MODEL, SLOW);
        Worker other = Workers.worker(1, Accelerator.GPU);
        ServedModel larger = Workers.served(new dev.penstock.routing.ModelId("llama-70b"), 70_000_000_000L);
        assertEquals(0, book.of(other, MODEL).observations(SECOND));
        assertEquals(0, book.of(WORKER, larger).observations(SECOND));
        assertEquals(0.08, book.of(WORKER, larger).firstTokenSeconds(0), 0.001);
        assertEquals(0.025, book.of(WORKER, larger).secondsPerToken(1), 0.0005);
    }

    @Test
    void whoComesBackWithinAMinuteFindsItsOwn() {
        ForecastBook book = new ForecastBook();
        Forecast forecast = book.of(WORKER, MODEL);
        book.observe(WORKER, MODEL, SLOW);
        book.retain(Directory.EMPTY, 10 * SECOND);
        book.retain(Directory.EMPTY, 60 * SECOND);
        book.retain(Directory.of(List.of(WORKER)), 61 * SECOND);
        book.retain(Directory.EMPTY, 71 * SECOND);
        book.retain(Directory.EMPTY, 130 * SECOND);
        assertSame(forecast, book.of(WORKER, MODEL));
        assertTrue(forecast.observations(130 * SECOND) > 0);
    }

    @Test
    void whoHasLeftIsForgotten() {
        ForecastBook book = new ForecastBook();
        Forecast forecast = book.of(WORKER, MODEL);
        book.retain(Directory.EMPTY, 10 * SECOND);
        book.retain(Directory.EMPTY, 71 * SECOND);
        assertEquals(0, book.size());
        assertNotSame(forecast, book.of(WORKER, MODEL));
    }

    /** A directory that retain was given may be older than the one that a policy has just read. */
    @Test
    void whoIsAskedForIsKept() {
        ForecastBook book = new ForecastBook();
        book.of(WORKER, MODEL);
        book.retain(Directory.EMPTY, 10 * SECOND);
        Forecast forecast = book.of(WORKER, MODEL);
        book.retain(Directory.EMPTY, 71 * SECOND);
        assertSame(forecast, book.of(WORKER, MODEL));
    }

    @Test
    void beyondTheBoundThePriorMustDo() {
        ForecastBook book = new ForecastBook(Prior::of, 2);
        for (int slot = 0; slot < 5; slot++) {
            Worker worker = Workers.worker(slot, Accelerator.CPU);
            book.observe(worker, MODEL, SLOW);
            assertEquals(slot < 2 ? 1 : 0, book.of(worker, MODEL).observations(SECOND));
        }
        assertEquals(2, book.size());
    }

    @Test
    void whatIsDeclaredIsWhereItBegins() {
        ForecastBook book = new ForecastBook();
        ServedModel said = Workers.served(new Rates(0.1, 500, 20, 0, 0));
        Forecast forecast = book.of(Workers.worker(0, Accelerator.GPU, said), said);
        assertEquals(0.1 + 2, forecast.firstTokenSeconds(1_000), 1e-9);
        assertEquals(0.05, forecast.secondsPerToken(1), 1e-9);
        assertTrue(forecast.secondsPerToken(32) > 0.05);
    }

    @Test
    void whatIsLeftOutIsTakenToBeUsual() {
        ServedModel said = Workers.served(new Rates(0, 0, 20, 0, 0));
        Prior prior = Prior.of(Workers.worker(0, Accelerator.GPU, said), said);
        Prior usual = Prior.of(WORKER, MODEL);
        assertEquals(usual.firstSeconds(), prior.firstSeconds());
        assertEquals(usual.secondsPerPromptToken(), prior.secondsPerPromptToken());
        assertEquals(0.05, prior.secondsPerToken());
    }

    @Test
    void whoIsDeclaredOtherwiseBeginsAnewInPlace() {
        ForecastBook book = new ForecastBook();
        book.observe(WORKER, MODEL, SLOW);
        Forecast forecast = book.of(WORKER, MODEL);
        ServedModel said = Workers.served(new Rates(0.1, 500, 20, 0, 0));
        Worker now = Workers.worker(0, Accelerator.GPU, said);

        book.retain(Directory.of(List.of(now)), 2 * SECOND);
        assertEquals(0, forecast.observations(2 * SECOND));
        assertEquals(2.1, forecast.firstTokenSeconds(1_000), 1e-9);
        assertSame(forecast, book.of(now, said));

        book.observe(WORKER, MODEL, SLOW); // of a request that was sent before
        book.retain(Directory.of(List.of(now)), 3 * SECOND);
        assertTrue(forecast.observations(3 * SECOND) > 0.9, "learned on");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 | 0 | 0 | 0 | 0 | first-token-seconds: -1.0 (expected: 1.0E-6 to 3600.0, or 0 where unknown)",
                "0 | NaN | 0 | 0 | 0 | prefill-tokens-per-second: NaN (expected: 0.001 to 1.0E9, or 0 where unknown)",
                "0 | 0 | Infinity | 0 | 0 | decode-tokens-per-second: Infinity (expected: 0.001 to 1.0E9, or 0 where unknown)",
                "0 | 0 | 0 | 3601 | 0 | load-seconds: 3601.0 (expected: 1.0E-6 to 3600.0, or 0 where unknown)",
                "0 | 0 | 0 | 0 | 1e7 | cold-after-seconds: 1.0E7 (expected: 1.0E-6 to 604800.0, or 0 where unknown)",
            })
    void whatCannotBeIsNotDeclared(double a, double b, double c, double d, double e, String message) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> new Rates(a, b, c, d, e));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void silenceAgesEverybody() {
        ForecastBook book = new ForecastBook();
        book.observe(WORKER, MODEL, SLOW);
        Forecast forecast = book.of(WORKER, MODEL);
        double learned = forecast.firstTokenSeconds(1_000);
        book.retain(Directory.of(List.of(WORKER)), 600 * SECOND);
        assertTrue(forecast.firstTokenSeconds(1_000) < learned);
        assertEquals(0.28, forecast.firstTokenSeconds(1_000), 0.01);
    }
}
