package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.report.Table;
import java.util.List;

/** A comparison as plain text. */
final class BenchText {
    private BenchText() {}

    static String of(BenchResult result) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : BenchTables.machine(result).rows()) {
            text.append(row.getFirst()).append(": ").append(row.getLast()).append('\n');
        }
        List<Comparison> comparisons = result.comparisons();
        for (Comparison comparison : comparisons) {
            Scenario scenario = comparison.scenario();
            text.append("\n").append(scenario.id()).append(": ").append(scenario.description());
            text.append("; latency is ").append(scenario.latency()).append("\n");
            text.append(BenchTables.figures(comparison).text());
        }
        append(text, BenchTables.heap(result.heapBytesPerStream()));
        append(text, BenchTables.failures(comparisons));
        return text.toString();
    }

    private static void append(StringBuilder text, Table table) {
        if (!table.rows().isEmpty()) {
            text.append('\n').append(table.title()).append('\n').append(table.text());
        }
    }
}
