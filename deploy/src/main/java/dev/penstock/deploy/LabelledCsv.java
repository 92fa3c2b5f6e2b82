package dev.penstock.deploy;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.penstock.cache.eval.LabelledTexts.Labelled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts with labels, in a CSV file (RFC 4180) whose first line names the columns. */
final class LabelledCsv {
    private static final int MOST_TEXTS = 200_000;
    private static final int MOST_CHARACTERS = 65_536;

    private LabelledCsv() {}

    static List<Labelled> read(Path file, String text, String label) {
        List<Labelled> texts = new ArrayList<>();
        try (MappingIterator<Map<String, String>> rows = new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(file.toFile())) {
            while (rows.hasNext()) {
                Map<String, String> row = rows.next();
                if (texts.size() == MOST_TEXTS) {
                    throw CommandFailedException.usage(file + ": more texts (expected: at most " + MOST_TEXTS + ")");
                }
                texts.add(new Labelled(value(file, row, text), value(file, row, label)));
            }
        } catch (IOException | RuntimeJsonMappingException unreadable) {
            throw CommandFailedException.usage(file + ": cannot be read: " + unreadable.getMessage());
        }
        return texts;
    }

    private static String value(Path file, Map<String, String> row, String column) {
        String value = row.getOrDefault(column, "").replaceAll("\\s+", " ").strip();
        if (value.isEmpty() || value.length() > MOST_CHARACTERS) {
            throw CommandFailedException.usage(file + ": a row whose " + column + " has " + value.length()
                    + " characters (expected: 1 to " + MOST_CHARACTERS + ", in a column of that name)");
        }
        return value;
    }
}
