package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;

/** A run of load as plain text. */
final class LoadText {
    private LoadText() {}

    static String of(LoadPlan plan, LoadResult result) {
        Table failures = LoadTables.failures(result);
        Table latency = LoadTables.latency(result);
        return PlanWords.target(plan) + "\n" + PlanWords.line(plan) + "\n\n"
                + LoadTables.requests(result).text()
                + (latency.rows().isEmpty() ? "" : "\n" + latency.text())
                + (failures.rows().isEmpty() ? "" : "\n" + failures.text());
    }
}
