package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;

/** A run of load, told in three ways. None of them has the API key. */
public final class LoadReport {
    private LoadReport() {}

    /** For a terminal: tables of plain text, ending with a line end. */
    public static String text(LoadPlan plan, LoadResult result) {
        return LoadText.of(plan, result);
    }

    /** For programs: one JSON object, indented, ending with a line end. Names carry their units. */
    public static String json(LoadPlan plan, LoadResult result) {
        return LoadJson.of(plan, result);
    }

    /** For a browser: one file that needs nothing beside itself. */
    public static String html(LoadPlan plan, LoadResult result) {
        return LoadHtml.of(plan, result);
    }
}
