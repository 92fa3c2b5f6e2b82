package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TokenRatesTest {
    private final AtomicLong nanos = new AtomicLong();
    private final TokenRates rates = new TokenRates(nanos::get);

    @Test
    void nearsASteadyRateAndForgetsIt() {
        for (int second = 0; second < 60; second++) {
            rates.add(50, 100);
            nanos.addAndGet(1_000_000_000);
            rates.sample();
        }
        assertEquals(100, rates.sample().completionPerSecond(), 0.5);
        assertEquals(50, rates.sample().promptPerSecond(), 0.5);

        nanos.addAndGet(60_000_000_000L);
        assertEquals(0, rates.sample().completionPerSecond(), 0.5);
    }

    @Test
    void twoSamplesAtOneMomentAreTheSame() {
        rates.add(1, 1);
        assertEquals(0, rates.sample().completionPerSecond());
    }
}
