package dev.penstock.deploy;

import java.util.List;

/** Rows of text, each column as wide as its widest cell. */
final class TextTable {
    private TextTable() {}

    /** @param rows the titles first, all as long */
    static String of(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                line.append(column == 0 ? "" : "  ")
                        .append(row.get(at))
                        .append(" ".repeat(width - row.get(at).length()));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
