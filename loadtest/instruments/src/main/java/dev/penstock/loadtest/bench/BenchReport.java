package dev.penstock.loadtest.bench;

/** A comparison, told in three ways. None of them has a key. */
public final class BenchReport {
    private BenchReport() {}

    /** For a terminal: tables of plain text, ending with a line end. */
    public static String text(BenchResult result) {
        return BenchText.of(result);
    }

    /** For programs: one JSON object, indented, ending with a line end. Names carry their units. */
    public static String json(BenchResult result) {
        return BenchJson.of(result);
    }

    /** For a browser: one file that needs nothing beside itself. */
    public static String html(BenchResult result) {
        return BenchHtml.of(result);
    }
}
