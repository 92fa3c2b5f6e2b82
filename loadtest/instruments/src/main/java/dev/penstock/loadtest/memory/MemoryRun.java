package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.bench.GatewayTarget;
import dev.penstock.loadtest.bench.Machine;
import dev.penstock.loadtest.bench.MockStart;
import dev.penstock.loadtest.bench.Rotation;
import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadProgress;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.KindResult;
import dev.penstock.loadtest.generator.LoadRun;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.generator.Remembered;
import dev.penstock.loadtest.generator.RequestShape;
import dev.penstock.loadtest.generator.Slo;
import dev.penstock.loadtest.process.FreePorts;
import dev.penstock.loadtest.report.Units;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Measures what answers from memory take. */
public final class MemoryRun {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final double TEN_THOUSAND = 10_000;
    /** At which questions become known. */
    private static final int LEARNED_PER_SECOND = 100;

    private final Vertx vertx;
    private final MemoryPlan plan;
    private final GatewayTarget target;
    private final Consumer<String> says;
    private final Subjects subjects;
    private final List<Measured> measured = new ArrayList<>();
    private long seeds;

    private MemoryRun(Vertx vertx, MemoryPlan plan, GatewayTarget target, Subjects subjects, Consumer<String> says) {
        this.vertx = vertx;
        this.plan = plan;
        this.target = target;
        this.subjects = subjects;
        this.says = says;
    }

    /**
     * Measures all of it. Not to be called on an event loop.
     *
     * @param target with whose key and limits gateways are started
     * @param mock starts what stands behind them
     * @param directory for configurations and logs; exists
     * @param ports where they listen
     * @param says a line for each step
     * @throws IOException when a process does not start, or the directory cannot be written
     * @throws InterruptedException when interrupted; what was started has ended then
     */
    public static MemoryResult run(
            Vertx vertx,
            MemoryPlan plan,
            GatewayTarget target,
            MockStart mock,
            Path directory,
            FreePorts ports,
            Consumer<String> says)
            throws IOException, InterruptedException {
        Instant began = Instant.now();
        try (MockStart.Mock upstream = mock.start(Steps.PACE, directory.resolve("mock.log"));
                Subjects subjects = new Subjects()) {
            for (Subject subject : Subject.values()) {
                subjects.start(subject, target, upstream.uri(), ports, directory);
            }
            MemoryRun run = new MemoryRun(vertx, plan, target, subjects, says);
            run.all();
            return new MemoryResult(plan, Machine.here(), began, run.measured);
        }
    }

    private void all() throws IOException, InterruptedException {
        Map<Group, List<Step>> groups = Steps.all(plan).stream()
                .collect(Collectors.groupingBy(Step::group, LinkedHashMap::new, Collectors.toList()));
        warmUp(groups);
        for (int round = 0; round < plan.rounds(); round++) {
            for (List<Step> group : groups.values()) {
                for (Step step : Rotation.of(group, round)) {
                    measure(step, round);
                }
            }
        }
    }

    /** Code gets quick by being run, each way of it. What is asked is remembered; questions are learned before. */
    private void warmUp(Map<Group, List<Step>> groups) throws IOException, InterruptedException {
        says.accept("learning " + plan.questions() + " questions");
        Duration learning = Duration.ofMillis(plan.questions() * 1000L / LEARNED_PER_SECOND);
        run(
                new Arrivals.Constant(LEARNED_PER_SECOND),
                16,
                Mix.CHAT,
                Subject.SEMANTIC,
                Map.of(),
                Steps.questions(plan),
                1,
                Duration.ZERO,
                learning);
        if (plan.firstWarmUp().isZero()) {
            return;
        }
        for (List<Step> group : groups.values()) {
            for (Step step : group) {
                if (step.group() != Group.EXACT_1) {
                    says.accept("warming up " + step.group().id() + " " + step.id());
                    load(step, -1, Duration.ZERO, plan.firstWarmUp());
                }
            }
        }
    }

    private void measure(Step step, int round) throws IOException, InterruptedException {
        double cpuBefore = subjects.cpuSeconds(step.subject());
        Subjects.Embeddings before = subjects.embeddings(step.subject());
        LoadResult result = load(step, round, plan.warmUp(), plan.length());
        Subjects.Embeddings after = subjects.embeddings(step.subject());
        double cpu = subjects.cpuSeconds(step.subject()) - cpuBefore;
        Measured one = measured(step, round, result, cpu, embedded(before, after));
        measured.add(one);
        says.accept("round " + (round + 1) + "/" + plan.rounds() + "  "
                + step.group().id() + "  " + step.id() + ": "
                + Units.rate(one.perSecond()) + "/s, p50 "
                + Units.duration(one.p50Nanos().orElse(Double.NaN)) + ", p99 "
                + Units.duration(one.p99Nanos().orElse(Double.NaN)) + " " + one.remembered()
                + (one.failed() == 0 ? "" : ", " + one.failed() + " FAILED, " + one.wrong() + " of them WRONG"));
    }

    private static OptionalDouble embedded(Subjects.Embeddings before, Subjects.Embeddings after) {
        double all = after.all() - before.all();
        return all > 0 ? OptionalDouble.of((after.made() - before.made()) / all) : OptionalDouble.empty();
    }

    private LoadResult load(Step step, int round, Duration warmUp, Duration length)
            throws IOException, InterruptedException {
        // Of prompts that nobody has sent each run needs its own; those of seeds next to each other overlap.
        long seed = step.group() == Group.STORE ? ++seeds * Steps.MOST_PROMPTS : 1;
        return run(
                step.arrivals(),
                step.connections(),
                step.mix(),
                step.subject(),
                step.headers(),
                step.shape().apply(round),
                seed,
                warmUp,
                length);
    }

    private LoadResult run(
            Arrivals arrivals,
            int connections,
            Mix mix,
            Subject subject,
            Map<String, String> headers,
            RequestShape shape,
            long seed,
            Duration warmUp,
            Duration length)
            throws IOException, InterruptedException {
        LoadPlan load = new LoadPlan(
                subjects.api(subject),
                Optional.of(target.key()),
                headers,
                arrivals,
                mix,
                shape,
                warmUp,
                length,
                connections,
                REQUEST_TIMEOUT,
                1,
                seed,
                Optional.of(Steps.PACE.key()),
                Slo.INTERACTIVE);
        LoadResult result = LoadRun.run(vertx, load, LoadProgress.NONE);
        if (!plan.keepLogs()) {
            subjects.emptyLogs();
        }
        return result;
    }

    private static Measured measured(Step step, int round, LoadResult result, double cpu, OptionalDouble embedded) {
        Map<Remembered, Long> remembered = new EnumMap<>(Remembered.class);
        Histogram latency = new Histogram(3);
        long right = 0;
        long wrong = 0;
        for (KindResult kind : result.kinds().values()) {
            right += kind.right();
            wrong += kind.failures().getOrDefault(Failure.CONTENT, 0L);
            kind.remembered().forEach((told, of) -> remembered.merge(told, of.getTotalCount(), Long::sum));
            latency.add(latency(step, kind));
        }
        List<LoadResult.Second> seconds = result.seconds();
        double answered = seconds.stream()
                .mapToLong(second -> second.right() + second.failed())
                .sum();
        boolean known = latency.getTotalCount() > 0;
        return new Measured(
                step.group(),
                step.id(),
                round,
                result.rightPerSecond(),
                when(known, (double) latency.getValueAtPercentile(50)),
                when(known, (double) latency.getValueAtPercentile(99)),
                when(answered > 0, cpu / answered * TEN_THOUSAND),
                right,
                remembered,
                embedded,
                Math.max(
                        result.failed(),
                        seconds.stream().mapToLong(LoadResult.Second::failed).sum()),
                wrong);
    }

    private static Histogram latency(Step step, KindResult kind) {
        return switch (step.group()) {
            case EXACT_64, EXACT_1, STORE -> kind.endToEnd();
            case SEMANTIC -> kind.remembered().getOrDefault(Remembered.SEMANTIC, new Histogram(3));
            case MISS -> kind.timeToFirstToken();
        };
    }

    private static OptionalDouble when(boolean known, double figure) {
        return known ? OptionalDouble.of(figure) : OptionalDouble.empty();
    }
}
