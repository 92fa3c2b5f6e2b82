package dev.penstock.cache.wording;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A question as its words tell it. Immutable.
 *
 * @param words in their order, lower-case, without punctuation
 * @param content the stems of those that tell something, each with its {@linkplain Vocabulary weight}
 * @param numbers what is written with digits or as a number word, in one spelling: {@code 1000} for {@code 1,000.0}
 * @param names capitalized within a sentence, and acronyms; lower-case
 * @param code identifiers, paths, flags, and what stands between quotes or backticks; as written
 * @param contrasts for each group of words that exclude each other, which of them there are
 * @param asks question words: {@code how}, {@code why}, ...
 * @param negated whether something is denied
 * @param language of its script, and for Latin script of its most common words
 */
public record Wording(
        List<String> words,
        Map<String, Double> content,
        Set<String> numbers,
        Set<String> names,
        Set<String> code,
        Map<String, Set<String>> contrasts,
        Set<String> asks,
        boolean negated,
        String language) {
    public Wording {
        words = List.copyOf(words);
        content = Collections.unmodifiableMap(new LinkedHashMap<>(content));
        numbers = Set.copyOf(numbers);
        names = Set.copyOf(names);
        code = Set.copyOf(code);
        contrasts = Map.copyOf(contrasts);
        asks = Set.copyOf(asks);
    }

    /** Reads a text; of a long one no more than its first 8,192 characters. */
    public static Wording of(String text) {
        return new Reading(text).wording();
    }

    /** What the content weighs together. */
    public double weight() {
        return content.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    static Map<String, Set<String>> contrasts(List<String> words) {
        Map<String, Set<String>> found = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            if (i + 1 < words.size()) {
                Contrasts.of(words.get(i) + " " + words.get(i + 1)).ifPresent(place -> note(found, place));
            }
            Contrasts.of(words.get(i)).ifPresent(place -> note(found, place));
        }
        return found;
    }

    private static void note(Map<String, Set<String>> found, Contrasts.Place place) {
        found.computeIfAbsent(place.group(), group -> new TreeSet<>()).add(place.member());
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
