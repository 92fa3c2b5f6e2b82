package dev.penstock.jmh;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results as a table in Markdown: of what JMH reports, the two figures that are compared. */
final class FigureTable {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private FigureTable() {}

    static String of(Collection<RunResult> results) {
        String rows = results.stream().map(FigureTable::row).collect(Collectors.joining());
        return "| benchmark | | time | ± | B/op |\n|---|---|--:|--:|--:|\n" + rows;
    }

    private static String row(RunResult result) {
        BenchmarkParams params = result.getParams();
        String name = params.getBenchmark();
        int method = name.lastIndexOf('.');
        Result<?> time = result.getPrimaryResult();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f %s | %,.0f | %s |\n",
                name.substring(name.lastIndexOf('.', method - 1) + 1),
                params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(", ")),
                time.getScore(),
                time.getScoreUnit(),
                time.getScoreError(),
                allocated(result));
    }

    private static String allocated(RunResult result) {
        @Nullable Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
        return bytes == null ? "" : String.format(Locale.ROOT, "%,.0f", bytes.getScore());
    }
}
