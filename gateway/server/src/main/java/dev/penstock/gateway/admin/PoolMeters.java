package dev.penstock.gateway.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Meters of the pool, brought up to date when they are scraped: labels are states, models of the pool, workers and reasons of
 * refusals, all bounded.
 */
public final class PoolMeters {
    private static final int MAX_MODELS = 200;
    private static final int MAX_LINKS = 200;

    private final Supplier<PoolReport> pool;
    private final Map<WorkerReport.State, AtomicInteger> workers = new EnumMap<>(WorkerReport.State.class);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger clusterMembers = new AtomicInteger();
    private final MultiGauge waiting;
    private final MultiGauge rtt;
    private final MultiGauge loss;
    private final Map<String, AtomicLong> refused = new ConcurrentHashMap<>();
    private final MeterRegistry registry;

    /** Meters in a registry; they say what {@link #refresh} last saw. */
    public PoolMeters(MeterRegistry registry, Supplier<PoolReport> pool) {
        this.registry = registry;
        this.pool = pool;
        for (WorkerReport.State state : WorkerReport.State.values()) {
            AtomicInteger count = new AtomicInteger();
            workers.put(state, count);
            Gauge.builder("penstock.workers", count, AtomicInteger::get)
                    .description("Workers listed, by whether and why they are sent requests")
                    .tag("state", PoolJson.label(state))
                    .register(registry);
        }
        Gauge.builder("penstock.workers.in.flight", inFlight, AtomicInteger::get)
                .description("Requests of this gateway at workers")
                .register(registry);
        Gauge.builder("penstock.cluster.members", clusterMembers, AtomicInteger::get)
                .description("Gateways in the cluster, this one included; 0 where there is none or it is not connected")
                .register(registry);
        waiting = MultiGauge.builder("penstock.queue.depth")
                .description("Requests that wait for room at a worker; models with none are left out")
                .register(registry);
        rtt = MultiGauge.builder("penstock.worker.link.rtt")
                .description("A round trip to the worker, smoothed; upstreams first, at most 200 workers")
                .baseUnit("seconds")
                .register(registry);
        loss = MultiGauge.builder("penstock.worker.link.loss.ratio")
                .description("Of the last 64 probes of the worker, the part that nothing came back to; likewise")
                .register(registry);
    }

    /** Reads the pool. */
    public void refresh() {
        PoolReport report = pool.get();
        workers.forEach((state, count) -> count.set((int) report.workers().stream()
                .filter(worker -> worker.state() == state)
                .count()));
        inFlight.set(report.workers().stream().mapToInt(WorkerReport::inFlight).sum());
        report.refused().forEach((reason, count) -> refused.computeIfAbsent(reason, this::counter)
                .set(count));
        clusterMembers.set(report.cluster().map(PoolReport.Cluster::members).orElse(0));
        waiting.register(
                report.waiting().entrySet().stream()
                        .limit(MAX_MODELS)
                        .map(entry ->
                                MultiGauge.Row.of(Tags.of("gen_ai.request.model", entry.getKey()), entry.getValue()))
                        .toList(),
                true);
        List<WorkerReport> linked = report.workers().stream()
                .sorted(Comparator.comparing(WorkerReport::announced)) // stable: by id otherwise
                .limit(MAX_LINKS)
                .toList();
        rtt.register(
                rows(linked.stream().filter(worker -> worker.link().rttSeconds() > 0), WorkerReport.Link::rttSeconds),
                true);
        loss.register(rows(linked.stream(), WorkerReport.Link::lossRatio), true);
    }

    private static List<MultiGauge.Row<?>> rows(
            Stream<WorkerReport> workers, ToDoubleFunction<WorkerReport.Link> value) {
        return workers.<MultiGauge.Row<?>>map(worker -> MultiGauge.Row.of(
                        Tags.of("worker", worker.worker().id().value()), value.applyAsDouble(worker.link())))
                .toList();
    }

    private AtomicLong counter(String reason) {
        AtomicLong count = new AtomicLong();
        FunctionCounter.builder("penstock.announcements.refused", count, AtomicLong::get)
                .description("Records of workers that were not believed")
                .tag("reason", reason)
                .register(registry);
        return count;
    }
}
