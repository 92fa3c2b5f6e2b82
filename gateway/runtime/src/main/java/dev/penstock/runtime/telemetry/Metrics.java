package dev.penstock.runtime.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.Map;

/** The metrics of a process, in Prometheus' text format. */
public final class Metrics implements AutoCloseable {
    /** What {@link #scrape} is served as. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Values that one label of one meter may have before further ones become {@code other}. */
    public static final int MAX_LABEL_VALUES = 200;

    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    private Metrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A registry with the tags on every meter, bounded labels, and no meters yet.
     *
     * @param commonTags such as {@code service}, {@code node}
     */
    public static Metrics create(Map<String, String> commonTags) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .meterFilter(new CardinalityLimit(MAX_LABEL_VALUES))
                .commonTags(Tags.of(commonTags.entrySet().stream()
                        .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                        .toList()));
        return new Metrics(registry);
    }

    /** Adds what the JVM and the process say of themselves. */
    public Metrics withProcess() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return this;
    }

    /**
     * Gives the timers and summaries of a name fixed buckets, in seconds for a timer; call it before they are made.
     *
     * @param buckets the upper bounds, ascending
     */
    public Metrics withBuckets(String name, double... buckets) {
        double[] bounds = Arrays.copyOf(buckets, buckets.length);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                if (!id.getName().equals(name)) {
                    return config;
                }
                double scale = id.getType() == Meter.Type.TIMER ? 1e9 : 1;
                double[] scaled =
                        Arrays.stream(bounds).map(bound -> bound * scale).toArray();
                return DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(scaled)
                        .build()
                        .merge(config);
            }
        });
        return this;
    }

    /** The registry, to make meters in. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Everything in Prometheus' text format, {@link #CONTENT_TYPE}. Takes milliseconds: not for an event loop. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
