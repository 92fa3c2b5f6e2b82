package dev.penstock.cache.eval;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Pairs in a file: values separated by tabs, the first line names the columns, of which {@code a}, {@code b} and
 * {@code label} are read; a label of 1 says that the answer to a serves b, 0 that it does not.
 */
public final class PairsFile {
    /** The most pairs that are read. */
    public static final int MOST_PAIRS = 2_000_000;

    private static final int MOST_CHARACTERS = 65_536;

    private PairsFile() {}

    private record Columns(int a, int b, int label) {
        static Columns of(String header) {
            List<String> names = Arrays.stream(header.split("\t", -1))
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .toList();
            return new Columns(index(names, "a"), index(names, "b"), index(names, "label"));
        }

        private static int index(List<String> names, String name) {
            int index = names.indexOf(name);
            if (index < 0) {
                throw new IllegalArgumentException(
                        "line 1: no column " + name + " (expected: the columns a, b and label, separated by tabs)");
            }
            return index;
        }
    }

    /**
     * Reads a file; blank lines are passed over.
     *
     * @throws IllegalArgumentException naming the line and what was expected there
     */
    public static List<Pair> read(Path file) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = lines.readLine();
            Columns columns = Columns.of(header == null ? "" : header.replaceFirst("^\uFEFF", ""));
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    pairs.add(pair(columns, line, number));
                }
                if (pairs.size() > MOST_PAIRS) {
                    throw new IllegalArgumentException(
                            "line " + number + ": more pairs (expected: at most " + MOST_PAIRS + ")");
                }
            }
        }
        return pairs;
    }

    private static Pair pair(Columns columns, String line, int number) {
        String[] values = line.split("\t", -1);
        int most = Math.max(columns.a(), Math.max(columns.b(), columns.label()));
        if (values.length <= most) {
            throw new IllegalArgumentException(
                    "line " + number + ": " + values.length + " values (expected: at least " + (most + 1) + ")");
        }
        String label = values[columns.label()].strip();
        if (!label.equals("0") && !label.equals("1")) {
            throw new IllegalArgumentException("line " + number + ": label "
                    + (label.length() > 32 ? label.substring(0, 32) : label) + " (expected: 0 or 1)");
        }
        return new Pair(
                text(values[columns.a()], "a", number), text(values[columns.b()], "b", number), label.equals("1"));
    }

    private static String text(String value, String column, int number) {
        String text = value.strip();
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("line " + number + ": " + column + " has " + text.length()
                    + " characters (expected: 1 to " + MOST_CHARACTERS + ")");
        }
        return text;
    }

    /** Writes a file; what would end a value or a line is a space in it. */
    public static void write(Path file, List<Pair> pairs) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            lines.write("a\tb\tlabel\n");
            for (Pair pair : pairs) {
                lines.write(plain(pair.a()) + "\t" + plain(pair.b()) + "\t" + (pair.serves() ? 1 : 0) + "\n");
            }
        }
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
