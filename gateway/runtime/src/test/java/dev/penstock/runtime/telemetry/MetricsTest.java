package dev.penstock.runtime.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void processAndOwnMetersCarryTheCommonTags() {
        try (Metrics metrics = Metrics.create(Map.of("node", "a")).withProcess()) {
            metrics.registry().counter("penstock.requests", "model", "small").increment();
            String scrape = metrics.scrape();
            assertTrue(scrape.contains("penstock_requests_total{model=\"small\",node=\"a\"} 1.0"), scrape);
            assertTrue(scrape.contains("jvm_memory_used_bytes{"), scrape);
            assertTrue(scrape.contains("process_uptime_seconds{node=\"a\"}"), scrape);
        }
    }

    @Test
    void aLabelWithTooManyValuesTurnsToOther() {
        try (Metrics metrics = Metrics.create(Map.of())) {
            for (int i = 0; i < 100_000; i++) {
                metrics.registry()
                        .counter("penstock.requests", "model", "m" + i)
                        .increment();
            }
            String scrape = metrics.scrape();
            assertEquals(
                    Metrics.MAX_LABEL_VALUES + 1,
                    scrape.lines()
                            .filter(line -> line.startsWith("penstock_requests_total{"))
                            .count());
            assertTrue(scrape.contains("{model=\"other\"} " + (100_000.0 - Metrics.MAX_LABEL_VALUES)), scrape);
        }
    }

    @Test
    void bucketsAreThoseAskedFor() {
        try (Metrics metrics = Metrics.create(Map.of()).withBuckets("penstock.ttft", 0.1, 1)) {
            Timer timer = metrics.registry().timer("penstock.ttft");
            timer.record(Duration.ofMillis(50));
            timer.record(Duration.ofMillis(500));
            String scrape = metrics.scrape();
            assertTrue(scrape.contains("penstock_ttft_seconds_bucket{le=\"0.1\"} 1"), scrape);
            assertTrue(scrape.contains("penstock_ttft_seconds_bucket{le=\"1.0\"} 2"), scrape);
        }
    }
}
