package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.Second;
import dev.penstock.loadtest.report.LinePlot.Note;
import dev.penstock.loadtest.report.LinePlot.Point;
import dev.penstock.loadtest.report.LinePlot.Series;
import dev.penstock.loadtest.report.LoadTables.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** A run of load as a page. */
final class LoadHtml {
    private LoadHtml() {}

    static String of(LoadPlan plan, LoadResult result) {
        Table failures = LoadTables.failures(result);
        StringBuilder body = new StringBuilder(HtmlPage.tiles(tiles(result)));
        if (!result.seconds().isEmpty()) {
            body.append(throughput(plan, result.seconds()).html());
            body.append(latencyOverTime(plan, result.seconds()).html());
        }
        List<Latency> latencies = LoadTables.latencies(result);
        if (!latencies.isEmpty()) {
            body.append(percentiles(latencies).html());
        }
        body.append(LoadTables.requests(result).html());
        body.append(LoadTables.latency(result).html());
        if (!failures.rows().isEmpty()) {
            body.append(failures.html());
        }
        body.append(PlanWords.table(plan).html());
        return HtmlPage.of("Penstock load", PlanWords.target(plan), PlanWords.line(plan), body.toString());
    }

    private static List<HtmlPage.Tile> tiles(LoadResult result) {
        List<HtmlPage.Tile> tiles = new ArrayList<>();
        tiles.add(new HtmlPage.Tile("right answers/s", Units.rate(result.rightPerSecond()), false));
        tiles.add(new HtmlPage.Tile("goodput/s", Units.rate(result.goodput()), false));
        tiles.add(new HtmlPage.Tile("failed", Units.count(result.failed()), result.failed() > 0));
        Histogram endToEnd = new Histogram(3);
        result.kinds().values().forEach(kind -> endToEnd.add(kind.endToEnd()));
        if (endToEnd.getTotalCount() > 0) {
            tiles.add(new HtmlPage.Tile("end to end, p50", Units.duration(endToEnd.getValueAtPercentile(50)), false));
            tiles.add(new HtmlPage.Tile("end to end, p99", Units.duration(endToEnd.getValueAtPercentile(99)), false));
        }
        return tiles;
    }

    private static LinePlot throughput(LoadPlan plan, List<Second> seconds) {
        double most = seconds.stream()
                .mapToLong(second -> Math.max(second.right(), second.failed()))
                .max()
                .orElse(0);
        long failed = seconds.stream().mapToLong(Second::failed).sum();
        return overTime(
                plan,
                seconds,
                "Answers over time",
                "answers/s",
                Scale.Linear.upTo(most, Units::rate),
                List.of(
                        new Series("right/s", "first", true, line(seconds, Second::right)),
                        new Series(
                                failed == 0 ? "failed/s (none)" : "failed/s",
                                "failure",
                                false,
                                line(seconds, Second::failed))));
    }

    private static LinePlot latencyOverTime(LoadPlan plan, List<Second> seconds) {
        double most = seconds.stream().mapToLong(Second::p99Nanos).max().orElse(0);
        return overTime(
                plan,
                seconds,
                "End-to-end latency over time",
                "latency of each second's right answers",
                Scale.Linear.upTo(most, Units::duration),
                List.of(
                        new Series("p50", "first", false, line(seconds, second -> known(second, second.p50Nanos()))),
                        new Series("p99", "second", false, line(seconds, second -> known(second, second.p99Nanos())))));
    }

    private static LinePlot overTime(
            LoadPlan plan, List<Second> seconds, String title, String yName, Scale y, List<Series> series) {
        List<Note> notes = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            Second second = seconds.get(i);
            notes.add(new Note(
                    i,
                    i + 1.0,
                    (i + 1) + " s: " + Units.count(second.right()) + " right, "
                            + Units.count(second.failed()) + " failed, p50 " + Units.duration(second.p50Nanos())
                            + ", p99 "
                            + Units.duration(second.p99Nanos())));
        }
        return new LinePlot(
                title,
                "seconds since the start",
                yName,
                new Scale.Linear(0, seconds.size(), Units::digits),
                y,
                series,
                Math.min(seconds.size(), plan.warmUp().toNanos() / 1e9),
                "warm-up",
                notes);
    }

    private static List<Point> line(List<Second> seconds, ToDoubleFunction<Second> value) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            points.add(new Point(i + 0.5, value.applyAsDouble(seconds.get(i))));
        }
        return points;
    }

    /** A second without a right answer has no latency, which is another thing than a latency of 0. */
    private static double known(Second second, long nanos) {
        return second.right() == 0 ? Double.NaN : nanos;
    }

    private static LinePlot percentiles(List<Latency> latencies) {
        String[] looks = {"first", "second", "third", "fourth", "fifth", "sixth"};
        List<Series> series = new ArrayList<>();
        Histogram all = new Histogram(3);
        for (Latency latency : latencies) {
            List<Point> points = new ArrayList<>();
            latency.nanos()
                    .percentiles(20)
                    .forEach(step -> points.add(
                            new Point(step.getPercentileLevelIteratedTo(), Math.max(1, step.getValueIteratedTo()))));
            series.add(new Series(latency.name(), looks[series.size() % looks.length], false, points));
            all.add(latency.nanos());
        }
        return new LinePlot(
                "Latency by percentile",
                "percentile of right answers",
                "latency",
                Scale.Percentiles.of(all.getTotalCount()),
                Scale.Log.around((double) all.getMinValue(), (double) all.getMaxValue(), Units::duration),
                series,
                0,
                "",
                List.of());
    }
}
