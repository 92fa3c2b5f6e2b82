package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.report.BarChart;
import dev.penstock.loadtest.report.BarChart.Bar;
import dev.penstock.loadtest.report.Html;
import dev.penstock.loadtest.report.HtmlPage;
import dev.penstock.loadtest.report.HtmlPage.Tile;
import dev.penstock.loadtest.report.LinePlot;
import dev.penstock.loadtest.report.LinePlot.Point;
import dev.penstock.loadtest.report.LinePlot.Series;
import dev.penstock.loadtest.report.Scale;
import dev.penstock.loadtest.report.Units;
import dev.penstock.loadtest.simulation.SimulationResult.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What came of a scenario, as a page. */
final class SimulationHtml {
    private static final List<String> LOOKS = List.of("first", "second", "third", "fourth", "fifth", "sixth");
    /** Further to the right lie too few requests of most traces. */
    private static final int MOST_PERCENT = 99;

    private SimulationHtml() {}

    static String of(SimulationResult result) {
        StringBuilder body = new StringBuilder(HtmlPage.tiles(tiles(result)));
        for (double load : result.scenario().loadFactors()) {
            List<Row> rows = result.at(load);
            String heading = SimulationTables.heading(result, load);
            body.append(SimulationTables.figures(result, load).html());
            body.append("<section class=\"card\"><h2>")
                    .append(Html.escape(heading))
                    .append("</h2>");
            body.append(bars(
                    rows,
                    "99th percentile of the time to the first token, less is better",
                    "TTFT p99",
                    row -> row.figures().ttft().p99(),
                    SimulationTables::seconds));
            body.append(bars(
                    rows,
                    "Share of requests that kept every objective, more is better",
                    "SLO kept",
                    row -> row.figures().attainment(),
                    SimulationTables::share));
            if (rows.stream().anyMatch(row -> row.figures().dollarsPerMillion() > 0)) {
                body.append(bars(
                        rows,
                        "US dollars for a million tokens, less is better",
                        "$/1M",
                        row -> row.figures().dollarsPerMillion(),
                        Units::digits));
            }
            body.append("</section>\n");
            body.append(curves(heading, rows));
        }
        return HtmlPage.of(
                "Penstock simulate", result.scenario().name(), SimulationTables.about(result), body.toString());
    }

    private static List<Tile> tiles(SimulationResult result) {
        return List.of(
                new Tile("capacity, requests/s", Units.rate(result.capacity()), false),
                new Tile("requests", Units.count(result.trace().requests()), false),
                new Tile("policies", Units.count(result.scenario().policies().size()), false),
                new Tile("blocks seen before", Units.percent(result.trace().ceiling()), false));
    }

    private static String bars(
            List<Row> rows, String axis, String name, ToDoubleFunction<Row> figure, DoubleFunction<String> words) {
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double value = figure.applyAsDouble(row);
            bars.add(new Bar(row.policy(), value, value, value, words.apply(value), look(i)));
        }
        return new BarChart(name, axis, words, bars, OptionalDouble.empty()).svg();
    }

    private static String look(int index) {
        return LOOKS.get(index % LOOKS.size());
    }

    /** The time to the first token at each percentile, six policies to a plot. */
    private static String curves(String heading, List<Row> rows) {
        StringBuilder html = new StringBuilder();
        double most = rows.stream()
                .mapToDouble(row -> row.ttft().get(MOST_PERCENT) * 1000)
                .max()
                .orElse(1);
        double least = rows.stream()
                .mapToDouble(row -> row.ttft().getFirst() * 1000)
                .min()
                .orElse(1);
        for (int from = 0; from < rows.size(); from += LOOKS.size()) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + LOOKS.size()));
            List<Series> series = IntStream.range(0, some.size())
                    .mapToObj(i -> new Series(some.get(i).policy(), look(i), false, points(some.get(i))))
                    .toList();
            html.append(new LinePlot(
                            "Time to the first token by percentile: " + heading,
                            "percentile",
                            "until the first token",
                            new Scale.Linear(0, 100, percent -> Units.digits(percent) + " %"),
                            Scale.Log.around(Math.max(1, least), Math.max(10, most), ms -> Units.duration(ms * 1e6)),
                            series,
                            0,
                            "",
                            List.of())
                    .html());
        }
        return html.toString();
    }

    private static List<Point> points(Row row) {
        return IntStream.rangeClosed(0, MOST_PERCENT)
                .mapToObj(percent -> new Point(percent, row.ttft().get(percent) * 1000))
                .toList();
    }
}
