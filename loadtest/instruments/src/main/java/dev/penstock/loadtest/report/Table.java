package dev.penstock.loadtest.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of cells, the first column names and the others figures.
 *
 * @param title what it is about
 * @param header a cell a column
 * @param rows as many cells each as the header has
 */
public record Table(String title, List<String> header, List<List<String>> rows) {
    private static final String GAP = "  ";

    /**
     * A table whose rows fit its header.
     *
     * @throws IllegalArgumentException when one does not
     */
    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "row: " + row + " (expected: " + header.size() + " cells, as the header of " + title + ")");
            }
        }
    }

    /** As plain text: names to the left, figures to the right, a line end after each row. */
    public String text() {
        int[] widths = IntStream.range(0, header.size()).map(this::width).toArray();
        StringBuilder text = new StringBuilder();
        line(text, header, widths);
        rows.forEach(row -> line(text, row, widths));
        return text.toString();
    }

    private int width(int column) {
        return Math.max(
                header.get(column).length(),
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            String fill = " ".repeat(widths[column] - cell.length());
            line.append(column == 0 ? cell + fill : GAP + fill + cell);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** As an HTML table in a section of its own. */
    public String html() {
        String head = header.stream()
                .map(cell -> "<th scope=\"col\">" + Html.escape(cell) + "</th>")
                .collect(Collectors.joining());
        String body = rows.stream().map(Table::htmlRow).collect(Collectors.joining("\n"));
        return "<section class=\"card\"><h2>" + Html.escape(title) + "</h2><div class=\"scroll\"><table><thead><tr>"
                + head + "</tr></thead><tbody>\n" + body + "\n</tbody></table></div></section>\n";
    }

    private static String htmlRow(List<String> row) {
        return "<tr><th scope=\"row\">" + Html.escape(row.getFirst()) + "</th>"
                + row.stream()
                        .skip(1)
                        .map(cell -> "<td>" + Html.escape(cell) + "</td>")
                        .collect(Collectors.joining())
                + "</tr>";
    }
}
