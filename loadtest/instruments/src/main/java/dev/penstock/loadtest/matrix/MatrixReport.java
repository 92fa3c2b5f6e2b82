package dev.penstock.loadtest.matrix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The table, in the forms in which it is kept. */
public final class MatrixReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private MatrixReport() {}

    /** One row for a terminal: a line with the verdict, and what was measured below it. */
    public static String terminal(RowResult row) {
        return String.format(
                Locale.ROOT,
                "%-8s %s (%.1f s)%n         expected: %s%n         measured: %s%n",
                row.held() ? "held" : "NOT HELD",
                row.fault(),
                row.seconds(),
                row.expected(),
                row.measuredText());
    }

    /** How many rows held, in a line. */
    public static String summary(List<RowResult> rows) {
        long held = rows.stream().filter(RowResult::held).count();
        return held + " of " + rows.size() + " rows held";
    }

    /** A table in Markdown. */
    public static String markdown(List<RowResult> rows, String setting) {
        StringBuilder text = new StringBuilder("# Faults\n\n")
                .append(setting)
                .append(" ")
                .append(summary(rows))
                .append(".\n\n| Fault | Expected | Measured | Seed | Held |\n|---|---|---|---|---|\n");
        for (RowResult row : rows) {
            text.append("| ")
                    .append(cell(row.fault()))
                    .append(" (`")
                    .append(row.name())
                    .append("`) | ")
                    .append(cell(row.expected()))
                    .append(" | ")
                    .append(cell(row.measuredText()))
                    .append(" | ")
                    .append(row.seed())
                    .append(" | ")
                    .append(row.held() ? "yes" : "**no**")
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
    }

    /** All of it, for programs. */
    public static String json(List<RowResult> rows, String setting) {
        ObjectNode root = JSON.createObjectNode();
        root.put("setting", setting);
        root.put("held", rows.stream().filter(RowResult::held).count());
        root.put("tried", rows.size());
        ArrayNode list = root.putArray("rows");
        rows.forEach(row -> describe(row, list.addObject()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of nodes is always JSON", impossible);
        }
    }

    private static void describe(RowResult row, ObjectNode node) {
        node.put("name", row.name());
        node.put("fault", row.fault());
        node.put("expected", row.expected());
        node.put("measured", row.measuredText());
        node.put("seed", row.seed());
        node.put("seconds", Math.round(row.seconds() * 10) / 10.0);
        node.put("held", row.held());
        ArrayNode figures = node.putArray("figures");
        for (Figure figure : row.measured().figures()) {
            ObjectNode one = figures.addObject();
            one.put("name", figure.name());
            if (Double.isFinite(figure.value())) {
                one.put("value", figure.value());
            } else {
                one.putNull("value"); // JSON has no NaN
            }
            one.put("unit", figure.unit());
            one.put("bound", figure.bound().name().toLowerCase(Locale.ROOT));
            if (figure.bound() != Figure.Bound.NONE) {
                one.put("limit", figure.limit());
            }
            one.put("kept", figure.kept());
        }
    }
}
