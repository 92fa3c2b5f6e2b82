package dev.penstock.gateway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Site;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PoolMetersTest {
    @Test
    void refusalsAreCountedByReason() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicLong forged = new AtomicLong(3);
        PoolMeters meters = new PoolMeters(
                registry,
                () -> new PoolReport(
                        Site.LOCAL,
                        List.of(),
                        Map.of(),
                        Map.of("forged", forged.get(), "replayed", 0L),
                        Optional.empty()));
        meters.refresh();
        assertEquals(3, refused(registry, "forged"));
        assertEquals(0, refused(registry, "replayed"));
        forged.set(5);
        meters.refresh();
        assertEquals(5, refused(registry, "forged"));
        assertEquals(
                2,
                registry.find("penstock.announcements.refused")
                        .functionCounters()
                        .size());
    }

    private static double refused(SimpleMeterRegistry registry, String reason) {
        return registry.get("penstock.announcements.refused")
                .tag("reason", reason)
                .functionCounter()
                .count();
    }
}
