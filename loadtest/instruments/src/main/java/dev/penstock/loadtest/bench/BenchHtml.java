package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.report.BarChart;
import dev.penstock.loadtest.report.BarChart.Bar;
import dev.penstock.loadtest.report.Html;
import dev.penstock.loadtest.report.HtmlPage;
import dev.penstock.loadtest.report.HtmlPage.Tile;
import dev.penstock.loadtest.report.Table;
import dev.penstock.loadtest.report.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A comparison as a page. */
final class BenchHtml {
    private BenchHtml() {}

    static String of(BenchResult result) {
        List<Comparison> comparisons = result.comparisons();
        StringBuilder body = new StringBuilder(HtmlPage.tiles(tiles(result, comparisons)));
        body.append(ratios(comparisons));
        comparisons.forEach(comparison -> body.append(section(comparison)));
        for (Table table : List.of(
                BenchTables.heap(result.heapBytesPerStream()),
                BenchTables.failures(comparisons),
                BenchTables.machine(result))) {
            if (!table.rows().isEmpty()) {
                body.append(table.html());
            }
        }
        return HtmlPage.of("Penstock bench", "What a proxy costs", subtitle(result), body.toString());
    }

    private static String subtitle(BenchResult result) {
        String proxies = result.versions().keySet().stream()
                .filter(name -> !name.equals(DirectTarget.NAME))
                .collect(Collectors.joining(", "));
        int rounds = result.plan().rounds();
        return "The same load " + (proxies.isEmpty() ? "" : "through " + proxies + " and ") + "directly, on "
                + result.machine().cores() + " cores of " + result.machine().cpu() + ". "
                + (rounds == 1
                        ? "One round."
                        : "Medians of " + rounds + " rounds; whiskers are the least and the most of a round.");
    }

    private static List<Tile> tiles(BenchResult result, List<Comparison> comparisons) {
        List<Tile> tiles = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            String id = comparison.scenario().id();
            find(comparison, GatewayTarget.NAME).ifPresent(penstock -> {
                if (id.equals("json-1k:64") || id.equals("stream-100:16")) {
                    penstock.ofNginx()
                            .ifPresent(ratio ->
                                    tiles.add(new Tile("of nginx' rate, " + id, Units.ratio(ratio.median()), false)));
                }
                if (id.equals("json-1k:1")) {
                    penstock.addedP50Nanos()
                            .ifPresent(
                                    nanos -> tiles.add(new Tile("added at p50, " + id, Units.duration(nanos), false)));
                }
            });
        }
        result.heapBytesPerStream()
                .forEach((target, bytes) -> tiles.add(new Tile("heap a stream", Units.bytes(bytes), false)));
        tiles.add(new Tile("failed requests", Units.count(result.failed()), result.failed() > 0));
        return tiles;
    }

    private static Optional<Comparison.Figures> find(Comparison comparison, String target) {
        return comparison.targets().stream()
                .filter(figures -> figures.target().equals(target))
                .findFirst();
    }

    /** Requests/s of what is neither nginx nor direct, for each of nginx'. */
    private static String ratios(List<Comparison> comparisons) {
        List<Bar> bars = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            for (int i = 0; i < comparison.targets().size(); i++) {
                Comparison.Figures figures = comparison.targets().get(i);
                if (!figures.target().equals(NginxTarget.NAME)
                        && !figures.target().equals(DirectTarget.NAME)) {
                    String look = look(figures.target(), i);
                    figures.ofNginx()
                            .ifPresent(ratio -> bars.add(bar(
                                    comparison.scenario().id() + "  " + figures.target(), ratio, Units::ratio, look)));
                }
            }
        }
        return bars.isEmpty()
                ? ""
                : "<section class=\"card\"><h2>Requests/s for each of nginx'</h2>"
                        + "<p>nginx forwards bytes and checks nothing: it is the floor. The line is where both are even.</p>"
                        + new BarChart(
                                        "Ratio of requests per second to nginx",
                                        "ratio to nginx, more is better",
                                        Units::ratio,
                                        bars,
                                        OptionalDouble.of(1))
                                .svg()
                        + "</section>\n";
    }

    private static String section(Comparison comparison) {
        Scenario scenario = comparison.scenario();
        String chart = scenario.saturating()
                ? chart(comparison, Comparison.Figures::rightPerSecond, "requests/s, more is better", Units::rate)
                : chart(
                        comparison,
                        Comparison.Figures::p99Nanos,
                        "99th percentile, " + scenario.latency() + ", less is better",
                        Units::duration);
        return BenchTables.figures(comparison)
                .html("<p>" + Html.escape(scenario.description() + "; latency is " + scenario.latency()) + "</p>"
                        + chart);
    }

    private static String chart(
            Comparison comparison,
            Function<Comparison.Figures, Optional<Spread>> figure,
            String axis,
            DoubleFunction<String> words) {
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < comparison.targets().size(); i++) {
            Comparison.Figures figures = comparison.targets().get(i);
            String look = look(figures.target(), i);
            figure.apply(figures).ifPresent(spread -> bars.add(bar(figures.target(), spread, words, look)));
        }
        return new BarChart(comparison.scenario().id() + ", " + axis, axis, words, bars, OptionalDouble.empty()).svg();
    }

    private static Bar bar(String name, Spread spread, DoubleFunction<String> words, String look) {
        return new Bar(name, spread.median(), spread.min(), spread.max(), words.apply(spread.median()), look);
    }

    /** Penstock stands out, what it is measured by stands back. */
    private static String look(String target, int index) {
        return switch (target) {
            case GatewayTarget.NAME -> "first";
            case DirectTarget.NAME, NginxTarget.NAME -> "sixth";
            default -> List.of("second", "third", "fourth", "fifth").get(index % 4);
        };
    }
}
