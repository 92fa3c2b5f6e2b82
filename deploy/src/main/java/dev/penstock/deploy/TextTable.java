package dev.penstock.deploy;

import java.util.List;
import java.util.function.IntPredicate;

/** Rows of text, each column as wide as its widest cell. */
final class TextTable {
    private TextTable() {}

    /** @param rows the titles first, all as long */
    static String of(List<List<String>> rows) {
        return of(rows, column -> false);
    }

    /** @param number which columns are numbers, and stand at the right */
    static String of(List<List<String>> rows, IntPredicate number) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                String padding = " ".repeat(width - row.get(at).length());
                line.append(column == 0 ? "" : "  ")
                        .append(number.test(at) ? padding + row.get(at) : row.get(at) + padding);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
