package dev.penstock.gateway.telemetry;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.gateway.pipeline.QueueCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Meters of requests that wait for room. */
public final class QueueMeters {
    private QueueMeters() {}

    /** Registers them. */
    public static void register(MeterRegistry registry, QueueCounts counts) {
        for (Criticality criticality : Criticality.values()) {
            String label = criticality.name().toLowerCase(Locale.ROOT);
            Supplier<Number> waiting = () -> counts.waiting(criticality);
            Gauge.builder("penstock.queue.waiting", waiting)
                    .description("Requests that wait for room at a worker")
                    .tag("criticality", label)
                    .register(registry);
            counter(registry, label, "full", all -> counts.shed(criticality));
            counter(registry, label, "expired", all -> counts.expired(criticality));
        }
    }

    private static void counter(
            MeterRegistry registry, String label, String reason, ToDoubleFunction<MeterRegistry> value) {
        // Of the object a counter is of it holds no more than a weak reference; the registry outlives it.
        FunctionCounter.builder("penstock.queue.refused", registry, value)
                .description("Requests that could not wait, or not any longer")
                .tag("criticality", label)
                .tag("reason", reason)
                .register(registry);
    }
}
