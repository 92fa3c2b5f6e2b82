package dev.penstock.cache.wording;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A question as its words tell it. Immutable. Sets are in the order in which the text has their elements.
 *
 * @param words in their order, lower-case, without punctuation
 * @param content the stems of those that tell something, each with its {@linkplain Vocabulary weight}
 * @param numbers what is written with digits or as a number word, in one spelling: {@code 1000} for {@code 1,000.0}
 * @param names capitalized within a sentence, and acronyms; lower-case
 * @param code identifiers, paths, flags, and what stands between quotes or backticks; as written
 * @param contrasts for each group of words that exclude each other, which of them there are
 * @param roles for each of some words that say what part something plays ({@code from}, {@code to}, {@code than}), the
 *     stems of what comes after it
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
        Map<String, Set<String>> roles,
        Set<String> asks,
        boolean negated,
        String language) {
    public Wording {
        words = List.copyOf(words);
        content = Collections.unmodifiableMap(new LinkedHashMap<>(content));
        numbers = Collections.unmodifiableSet(new LinkedHashSet<>(numbers));
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
        code = Set.copyOf(code);
        contrasts = Map.copyOf(contrasts);
        roles = Map.copyOf(roles);
        asks = Set.copyOf(asks);
    }

    /** Of a longer text no more than its beginning is read. */
    public static final int MOST_CHARACTERS = 8_192;

    /** Reads a text; of a long one no more than its first {@value #MOST_CHARACTERS} characters. */
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
            String word = words.get(i);
            Contrasts.of(word).forEach(place -> note(found, place));
            if (i + 1 < words.size()) {
                Contrasts.of(word, words.get(i + 1)).forEach(place -> note(found, place));
                Contrasts.ofTime(word, words.get(i + 1)).ifPresent(place -> note(found, place));
            }
        }
        return found;
    }

    private static void note(Map<String, Set<String>> found, Contrasts.Place place) {
        found.computeIfAbsent(place.group(), group -> new LinkedHashSet<>()).add(place.member());
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
