package dev.penstock.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The terms the model knows, read from {@code glossary.txt}.
 *
 * @param terms in the order of the file
 */
record Glossary(List<Term> terms) {

    private static final Pattern SEPARATOR = Pattern.compile("\\s*\\|\\s*");
    private static final int FIELDS = 6;

    /**
     * One term.
     *
     * @param subject how a sentence about it begins, in lower case unless it is a name: {@code "a token"}
     * @param names other ways to write it
     * @param definition goes on after the subject: {@code "is a small piece of text, ..."}
     * @param key the part of the definition without which it is wrong
     * @param second a further sentence
     * @param third a further sentence
     */
    record Term(String subject, List<String> names, String definition, String key, String second, String third) {

        Term {
            names = List.copyOf(names);
            if (!definition.contains(key)) {
                throw new IllegalArgumentException(subject + ": \"" + key + "\" (expected: a part of the definition)");
            }
        }

        String sentence() {
            return capitalised(subject) + " " + definition + ".";
        }

        private static String capitalised(String text) {
            return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        }
    }

    Glossary {
        terms = List.copyOf(terms);
    }

    /** The glossary that belongs to this class. */
    static Glossary load() {
        try (InputStream file = Glossary.class.getResourceAsStream("glossary.txt")) {
            if (file == null) {
                throw new IllegalStateException("glossary.txt is not on the class path");
            }
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Glossary parse(String text) {
        return new Glossary(text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Glossary::term)
                .toList());
    }

    private static Term term(String line) {
        List<String> fields = List.of(SEPARATOR.split(line.strip(), -1));
        if (fields.size() != FIELDS) {
            throw new IllegalArgumentException(
                    "\"" + line + "\": " + fields.size() + " fields (expected: " + FIELDS + ")");
        }
        return new Term(
                fields.get(0),
                List.of(fields.get(1).split("\\s*,\\s*")),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                fields.get(5));
    }
}
