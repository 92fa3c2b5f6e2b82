package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.report.Table;
import dev.penstock.loadtest.report.Units;
import dev.penstock.loadtest.simulation.SimulationResult.Row;
import dev.penstock.loadtest.simulation.SimulationResult.TraceFigures;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of a scenario, in rows. */
final class SimulationTables {
    private SimulationTables() {}

    static String about(SimulationResult result) {
        TraceFigures trace = result.trace();
        Scenario scenario = result.scenario();
        String pool = scenario.pool().stream()
                .map(group -> group.count() + " " + group.name())
                .collect(Collectors.joining(", "));
        return scenario.name() + ": " + Units.count(trace.requests()) + " requests of " + trace.name() + " ("
                + Units.count(Math.round(trace.promptTokens())) + " prompt and "
                + Units.count(Math.round(trace.outputTokens())) + " answer tokens on average; "
                + (trace.ceiling() == 0
                        ? "nothing known of what prompts share"
                        : "an endless cache would have " + Units.percent(trace.ceiling()) + " of the blocks")
                + "), pool of " + pool + ", " + scenario.gateways()
                + (scenario.gateways() == 1 ? " gateway" : " gateways")
                + ", seeds " + scenario.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ". Objectives: first token "
                + Units.duration(scenario.slo().ttft().toNanos()) + ", between tokens "
                + Units.duration(scenario.slo().interToken().toNanos()) + ", last token "
                + Units.duration(scenario.slo().endToEnd().toNanos()) + ".";
    }

    static String heading(SimulationResult result, double load) {
        return "Load " + Units.percent(load) + " of " + Units.rate(result.capacity()) + " requests/s";
    }

    static Table figures(SimulationResult result, double load) {
        boolean regret = result.scenario().regret().isPresent();
        List<String> header = new ArrayList<>(List.of(
                "policy",
                "TTFT p50",
                "p99",
                "token p50",
                "p99",
                "total p99",
                "SLO kept",
                "goodput/s",
                "$/1M",
                "used",
                "max/mean",
                "cached",
                "refused",
                "failed"));
        if (regret) {
            header.add("regret");
        }
        List<List<String>> rows = new ArrayList<>();
        for (Row row : result.at(load)) {
            List<String> cells = new ArrayList<>(cells(row));
            if (regret) {
                cells.add(Units.percent(Math.max(0, row.figures().regret())));
            }
            rows.add(cells);
        }
        return new Table(heading(result, load), header, rows);
    }

    private static List<String> cells(Row row) {
        Figures figures = row.figures();
        return List.of(
                row.policy(),
                seconds(figures.ttft().p50()),
                withRange(row),
                seconds(figures.interToken().p50()),
                seconds(figures.interToken().p99()),
                seconds(figures.endToEnd().p99()),
                share(figures.attainment()),
                Units.rate(figures.goodput()),
                String.format(Locale.ROOT, "%.3f", figures.dollarsPerMillion()),
                share(figures.utilisation()),
                String.format(Locale.ROOT, "%.2f", figures.imbalance()),
                share(figures.cachedShare()),
                Units.count(Math.round(figures.refused())),
                Units.count(Math.round(figures.failed())));
    }

    /** The 99th percentile of the time to the first token; where there are several seeds, their average and their range. */
    private static String withRange(Row row) {
        String average = seconds(row.figures().ttft().p99());
        if (row.bySeed().size() == 1) {
            return average;
        }
        DoubleSummaryStatistics each =
                row.bySeed().stream().mapToDouble(seed -> seed.ttft().p99()).summaryStatistics();
        return average + " (" + seconds(each.getMin()) + " to " + seconds(each.getMax()) + ")";
    }

    static String seconds(double seconds) {
        return Units.duration(seconds * 1e9);
    }

    static String share(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
