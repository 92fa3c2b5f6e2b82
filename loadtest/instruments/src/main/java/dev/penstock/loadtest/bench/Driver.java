package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadProgress;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.KindResult;
import dev.penstock.loadtest.generator.LoadRun;
import dev.penstock.loadtest.generator.RequestShape;
import dev.penstock.loadtest.generator.Slo;
import dev.penstock.loadtest.process.ChildProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * Drives load at one target and looks at its processes meanwhile.
 *
 * @param vertx of the generator
 * @param plan of the comparison
 * @param heap asks Java targets for theirs
 */
record Driver(Vertx vertx, BenchPlan plan, HeapProbe heap) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int PROMPTS = 64;
    private static final double TEN_THOUSAND = 10_000;

    /** Lets a target get quick, as it will be for most of its life. */
    void warmUp(Scenario scenario, RunningTarget target) throws InterruptedException {
        if (!plan.firstWarmUp().isZero()) {
            LoadRun.run(
                    vertx, load(scenario.warmingUp(), target, Duration.ZERO, plan.firstWarmUp()), LoadProgress.NONE);
            emptyLogs(target);
        }
    }

    /** One measurement. */
    Measurement measure(Scenario scenario, RunningTarget target, int round) throws InterruptedException {
        Optional<ChildProcess> process = target.process();
        AtomicLong held = new AtomicLong();
        double cpuBefore = process.map(ChildProcess::cpuSeconds).orElse(0.0);
        LoadResult result = LoadRun.run(vertx, load(scenario, target, warmUp(scenario), plan.length()), state -> {
            if (scenario.holds() && state.secondsGone() == state.secondsPlanned()) {
                held.set(process.map(ChildProcess::residentBytes).orElse(0L));
            }
        });
        double cpu = process.map(ChildProcess::cpuSeconds).orElse(0.0) - cpuBefore;
        long resident = held.get() > 0
                ? held.get()
                : process.map(ChildProcess::residentBytes).orElse(0L);
        emptyLogs(target);
        return measurement(scenario, target, round, result, process.isPresent() ? cpu : 0, resident);
    }

    private static Measurement measurement(
            Scenario scenario, RunningTarget target, int round, LoadResult result, double cpu, long resident) {
        Histogram latency = latency(scenario, result);
        boolean known = latency.getTotalCount() > 0;
        DoubleUnaryOperator percentile = which -> (double) latency.getValueAtPercentile(which);
        // CPU time is of the warm-up's requests too, and so is this count.
        double answered = result.seconds().stream()
                .mapToLong(second -> second.right() + second.failed())
                .sum();
        long failed = Math.max(
                result.failed(),
                result.seconds().stream().mapToLong(LoadResult.Second::failed).sum());
        return new Measurement(
                scenario.id(),
                target.name(),
                round,
                result.rightPerSecond(),
                when(known, percentile.applyAsDouble(50)),
                when(known, percentile.applyAsDouble(99)),
                when(known, percentile.applyAsDouble(99.9)),
                when(target.process().isPresent() && answered > 0, cpu / answered * TEN_THOUSAND),
                when(resident > 0, (double) resident),
                failed,
                failures(result));
    }

    private static OptionalDouble when(boolean known, double figure) {
        return known ? OptionalDouble.of(figure) : OptionalDouble.empty();
    }

    private static Histogram latency(Scenario scenario, LoadResult result) {
        Histogram all = new Histogram(3);
        for (KindResult kind : result.kinds().values()) {
            all.add(scenario.holds() ? kind.timeToFirstToken() : kind.endToEnd());
        }
        return all;
    }

    private static Map<Failure, Long> failures(LoadResult result) {
        Map<Failure, Long> all = new EnumMap<>(Failure.class);
        result.kinds().values().forEach(kind -> kind.failures()
                .forEach((failure, count) -> all.merge(failure, count, Long::sum)));
        return all;
    }

    /**
     * By how much the heap of a Java target grows for each stream that it holds; a run of its own, since collecting
     * garbage would be measured as latency and CPU time. Empty where it cannot be known.
     */
    OptionalDouble heapBytesPerStream(Scenario scenario, RunningTarget target) throws InterruptedException {
        if (!target.java() || target.process().isEmpty()) {
            return OptionalDouble.empty();
        }
        long pid = target.process().get().pid();
        OptionalDouble before = heap.usedBytes(pid);
        if (before.isEmpty()) {
            return before;
        }
        Duration length = Duration.ofSeconds(4);
        int at = (int) warmUp(scenario).toSeconds() + 1;
        CompletableFuture<OptionalDouble> perStream = new CompletableFuture<>();
        LoadRun.run(vertx, load(scenario, target, warmUp(scenario), length), state -> {
            if (state.secondsGone() == at) {
                Thread.startVirtualThread(() -> perStream.complete(perStream(pid, before.getAsDouble(), state)));
            }
        });
        emptyLogs(target);
        return perStream.getNow(OptionalDouble.empty());
    }

    private OptionalDouble perStream(long pid, double before, LoadProgress.State state) {
        try {
            OptionalDouble now = heap.usedBytes(pid);
            return now.isEmpty() || state.inFlight() == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((now.getAsDouble() - before) / state.inFlight());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return OptionalDouble.empty();
        }
    }

    private void emptyLogs(RunningTarget target) {
        if (!plan.keepLogs()) {
            target.emptyLogs();
        }
    }

    private Duration warmUp(Scenario scenario) {
        return scenario.ramp().compareTo(plan.warmUp()) > 0 ? scenario.ramp() : plan.warmUp();
    }

    private LoadPlan load(Scenario scenario, RunningTarget target, Duration warmUp, Duration length) {
        return new LoadPlan(
                scenario.streams() ? target.streams() : target.json(),
                target.apiKey(),
                target.headers(),
                scenario.arrivals(),
                scenario.mix(),
                new RequestShape(target.model(), target.model(), scenario.bodyBytes(), scenario.tokens(), PROMPTS),
                warmUp,
                length,
                scenario.connections(),
                REQUEST_TIMEOUT,
                plan.loops(),
                1,
                Optional.of(scenario.pace().key()),
                Slo.INTERACTIVE);
    }
}
