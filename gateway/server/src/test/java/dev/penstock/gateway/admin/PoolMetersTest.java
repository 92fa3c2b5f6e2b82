package dev.penstock.gateway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
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

    @Test
    void linksAreTold() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        List<WorkerReport> workers = List.of(
                report("measured", new WorkerReport.Link(0.25, 0.5)),
                report("never-reached", new WorkerReport.Link(0, 1)));
        PoolMeters meters = new PoolMeters(
                registry, () -> new PoolReport(Site.LOCAL, workers, Map.of(), Map.of(), Optional.empty()));
        meters.refresh();
        assertEquals(0.25, link(registry, "rtt", "measured"));
        assertEquals(0.5, link(registry, "loss.ratio", "measured"));
        assertEquals(1, link(registry, "loss.ratio", "never-reached"));
        assertEquals(1, registry.find("penstock.worker.link.rtt").gauges().size(), "what was not measured is not 0");
    }

    private static WorkerReport report(String id, WorkerReport.Link link) {
        Worker worker = new Worker(
                new WorkerId(id), 0, URI.create("http://10.0.0.7"), Accelerator.CPU, Site.LOCAL, 1, List.of());
        return new WorkerReport(worker, false, WorkerReport.State.AVAILABLE, 0, 0, 0, true, link);
    }

    private static double link(SimpleMeterRegistry registry, String what, String worker) {
        return registry.get("penstock.worker.link." + what)
                .tag("worker", worker)
                .gauge()
                .value();
    }

    private static double refused(SimpleMeterRegistry registry, String reason) {
        return registry.get("penstock.announcements.refused")
                .tag("reason", reason)
                .functionCounter()
                .count();
    }
}
