package dev.penstock.loadtest.matrix;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.Kind;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadProgress;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadRun;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.generator.RequestShape;
import dev.penstock.loadtest.generator.Slo;
import dev.penstock.loadtest.mock.AnswerKey;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Load on what is under test, every answer of it checked to the byte. */
public final class Loads {
    private static final int TOKEN_BYTES = 8;
    private static final int BODY_BYTES = 512;
    private static final int PROMPTS = 64;
    private static final int CONNECTIONS = 2000;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Loads() {}

    /** What is done while a load runs. */
    @FunctionalInterface
    public interface Meanwhile {
        /** Does it. */
        void run() throws IOException, InterruptedException;
    }

    /** The answers that mocks of a bench give. */
    public static AnswerKey key(long seed) {
        return new AnswerKey(seed, TOKEN_BYTES);
    }

    /**
     * A plan of evenly spaced requests.
     *
     * @param rate requests/s
     * @param tokens of each answer
     */
    public static LoadPlan plan(FaultBench bench, URI target, Mix mix, double rate, int tokens, Duration length) {
        return new LoadPlan(
                target,
                Optional.empty(),
                Map.of(),
                new Arrivals.Constant(rate),
                mix,
                new RequestShape(FaultBench.MODEL, FaultBench.MODEL, BODY_BYTES, tokens, PROMPTS),
                Duration.ZERO,
                length,
                CONNECTIONS,
                TIMEOUT,
                1,
                bench.seed(),
                Optional.of(key(bench.seed())),
                Slo.INTERACTIVE);
    }

    /** Runs a plan. */
    public static LoadResult run(FaultBench bench, LoadPlan plan) throws InterruptedException {
        return LoadRun.run(bench.vertx(), plan, LoadProgress.NONE);
    }

    /** Runs a plan, and something else meanwhile; waits for both. */
    public static LoadResult run(FaultBench bench, LoadPlan plan, Meanwhile meanwhile)
            throws IOException, InterruptedException {
        FutureTask<LoadResult> load = new FutureTask<>(() -> run(bench, plan));
        Thread thread = Thread.ofVirtual().name("load").start(load);
        try {
            meanwhile.run();
            return load.get();
        } catch (ExecutionException failed) {
            throw new IOException("the load did not run: " + failed.getCause(), failed);
        } finally {
            thread.interrupt(); // where what was meant to happen meanwhile could not
        }
    }

    /** Runs a plan again and again until something else is over that runs meanwhile. */
    public static List<LoadResult> runUntil(FaultBench bench, LoadPlan plan, Meanwhile meanwhile)
            throws IOException, InterruptedException {
        FutureTask<Void> other = new FutureTask<>(() -> {
            meanwhile.run();
            return null;
        });
        Thread thread = Thread.ofVirtual().name("meanwhile").start(other);
        List<LoadResult> results = new ArrayList<>();
        try {
            while (!other.isDone()) {
                results.add(run(bench, plan));
            }
            other.get();
            return results;
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            thread.interrupt();
        }
    }

    /** Requests that were due. */
    public static long sent(LoadResult result) {
        return result.kinds().values().stream()
                .mapToLong(LoadResult.KindResult::sent)
                .sum();
    }

    /** Right answers. */
    public static long right(LoadResult result) {
        return result.kinds().values().stream()
                .mapToLong(LoadResult.KindResult::right)
                .sum();
    }

    /** Requests of a kind that failed in one of these ways. */
    public static long failed(LoadResult result, Kind kind, Failure... ways) {
        LoadResult.KindResult one = result.kinds().get(kind);
        return one == null
                ? 0
                : Arrays.stream(ways)
                        .mapToLong(way -> one.failures().getOrDefault(way, 0L))
                        .sum();
    }

    /** Tells in which ways requests of all kinds failed. */
    public static Measured.Figures tell(Measured.Figures figures, LoadResult result) {
        failures(result).forEach((failure, count) -> figures.told("failed: " + failure.label(), count));
        return figures;
    }

    private static Map<Failure, Long> failures(LoadResult result) {
        Map<Failure, Long> all = new EnumMap<>(Failure.class);
        for (LoadResult.KindResult kind : result.kinds().values()) {
            kind.failures().forEach((failure, count) -> all.merge(failure, count, Long::sum));
        }
        all.values().removeIf(count -> count == 0);
        return all;
    }

    /** Requests of all kinds that failed in any other way than these must be none; where there are some, tells how. */
    public static Measured.Figures noOther(
            Measured.Figures figures, String what, LoadResult result, Failure... allowed) {
        return noOther(figures, what, List.of(result), allowed);
    }

    /** As above, over several runs. */
    public static Measured.Figures noOther(
            Measured.Figures figures, String what, List<LoadResult> results, Failure... allowed) {
        Map<Failure, Long> others = new EnumMap<>(Failure.class);
        results.forEach(
                result -> failures(result).forEach((failure, count) -> others.merge(failure, count, Long::sum)));
        others.keySet().removeAll(Set.of(allowed));
        long all = others.values().stream().mapToLong(Long::longValue).sum();
        long sent = results.stream().mapToLong(Loads::sent).sum();
        figures.exactly(what + " of " + sent, all, 0);
        others.forEach((failure, count) -> figures.told("of these " + failure.label(), count));
        return figures;
    }

    /** A percentile of the time from due to answered, over a kind, in ms. */
    public static double endToEndMillis(LoadResult result, Kind kind, double percentile) {
        LoadResult.KindResult one = result.kinds().get(kind);
        return one == null || one.right() == 0 ? Double.NaN : one.endToEnd().getValueAtPercentile(percentile) / 1e6;
    }

    /** A percentile of the time from due to the first content of a stream, in ms. */
    public static double firstTokenMillis(LoadResult result, double percentile) {
        LoadResult.KindResult one = result.kinds().get(Kind.STREAM);
        return one == null || one.right() == 0
                ? Double.NaN
                : one.timeToFirstToken().getValueAtPercentile(percentile) / 1e6;
    }
}
