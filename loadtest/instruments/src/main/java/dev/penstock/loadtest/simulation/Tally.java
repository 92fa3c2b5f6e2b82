package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.Figures.Spread;
import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.pool.Member;
import dev.penstock.loadtest.simulation.pool.PoolRun;
import dev.penstock.loadtest.simulation.pool.Records;
import dev.penstock.loadtest.simulation.pool.Records.Ending;
import dev.penstock.loadtest.simulation.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Makes figures of a run. */
final class Tally {
    private static final double SECONDS_PER_HOUR = 3600;
    private static final double MILLION = 1e6;

    private Tally() {}

    static Figures of(Scenario scenario, List<Member> members, Trace trace, PoolRun.Result result, double regret) {
        Records records = result.records();
        int first = (int) (scenario.warmUp() * records.size());
        int[] counted = IntStream.range(first, records.size()).toArray();
        int[] answered = Arrays.stream(counted)
                .filter(i -> records.ending(i) == Ending.ANSWERED)
                .toArray();
        long good = Arrays.stream(answered)
                .filter(i -> keeps(scenario.slo(), records, i))
                .count();
        double span = (trace.atNanos()[records.size() - 1] - trace.atNanos()[first]) / 1e9;
        double provisioned =
                members.stream().mapToDouble(Member::provisionedPerHour).sum() * result.seconds() / SECONDS_PER_HOUR;
        double charged =
                IntStream.range(0, records.size()).mapToDouble(records::dollars).sum();
        return new Figures(
                counted.length,
                answered.length,
                count(records, counted, Ending.REFUSED),
                count(records, counted, Ending.FAILED),
                counted.length == 0 ? 0 : (double) good / counted.length,
                span <= 0 ? 0 : good / span,
                spread(Arrays.stream(answered).mapToDouble(records::firstTokenSeconds)),
                spread(Arrays.stream(answered)
                        .filter(i -> trace.outputTokens()[i] > 1)
                        .mapToDouble(records::tokenSeconds)),
                spread(Arrays.stream(answered).mapToDouble(records::seconds)),
                spread(Arrays.stream(answered).mapToDouble(records::queueSeconds))
                        .p99(),
                (provisioned + charged) / Math.max(1, tokens(trace, records)) * MILLION,
                provisioned,
                charged,
                utilisation(members, result)[0],
                utilisation(members, result)[1],
                cachedShare(trace, records, answered),
                regret);
    }

    private static boolean keeps(Scenario.Objectives slo, Records records, int i) {
        return records.firstTokenSeconds(i) * 1e9 <= slo.ttft().toNanos()
                && records.tokenSeconds(i) * 1e9 <= slo.interToken().toNanos()
                && records.seconds(i) * 1e9 <= slo.endToEnd().toNanos();
    }

    private static long count(Records records, int[] counted, Ending ending) {
        return Arrays.stream(counted).filter(i -> records.ending(i) == ending).count();
    }

    private static double tokens(Trace trace, Records records) {
        return IntStream.range(0, records.size())
                .filter(i -> records.ending(i) == Ending.ANSWERED)
                .mapToDouble(i -> (double) trace.promptTokens()[i] + trace.outputTokens()[i])
                .sum();
    }

    private static double cachedShare(Trace trace, Records records, int[] answered) {
        double all = Arrays.stream(answered)
                .mapToDouble(i -> trace.promptTokens()[i])
                .sum();
        return all == 0
                ? 0
                : Arrays.stream(answered).mapToDouble(records::cachedTokens).sum() / all;
    }

    /** The average, and the most over it, of workers that have a capacity. */
    private static double[] utilisation(List<Member> members, PoolRun.Result result) {
        double[] shares = IntStream.range(0, members.size())
                .filter(i -> !(members.get(i).shape() instanceof ApiShape))
                .mapToDouble(i -> result.busySeconds()[i] / result.seconds())
                .toArray();
        double mean = Arrays.stream(shares).average().orElse(0);
        double most = Arrays.stream(shares).max().orElse(0);
        return new double[] {mean, mean == 0 ? 1 : most / mean};
    }

    private static Spread spread(java.util.stream.DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return new Spread(
                Arrays.stream(sorted).average().orElse(0),
                percentile(sorted, 0.5),
                percentile(sorted, 0.9),
                percentile(sorted, 0.99));
    }

    /** The least value that such a share of all do not exceed; 0 of none. */
    static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** Averages over runs that differ in their seeds. */
    static Figures average(List<Figures> runs) {
        return new Figures(
                mean(runs, Figures::requests),
                mean(runs, Figures::answered),
                mean(runs, Figures::refused),
                mean(runs, Figures::failed),
                mean(runs, Figures::attainment),
                mean(runs, Figures::goodput),
                averageSpread(runs, Figures::ttft),
                averageSpread(runs, Figures::interToken),
                averageSpread(runs, Figures::endToEnd),
                mean(runs, Figures::queueP99),
                mean(runs, Figures::dollarsPerMillion),
                mean(runs, Figures::provisioned),
                mean(runs, Figures::charged),
                mean(runs, Figures::utilisation),
                mean(runs, Figures::imbalance),
                mean(runs, Figures::cachedShare),
                mean(runs, Figures::regret));
    }

    private static double mean(List<Figures> runs, java.util.function.ToDoubleFunction<Figures> figure) {
        return runs.stream().mapToDouble(figure).average().orElse(0);
    }

    private static Spread averageSpread(List<Figures> runs, java.util.function.Function<Figures, Spread> spread) {
        return new Spread(
                mean(runs, run -> spread.apply(run).mean()),
                mean(runs, run -> spread.apply(run).p50()),
                mean(runs, run -> spread.apply(run).p90()),
                mean(runs, run -> spread.apply(run).p99()));
    }
}
