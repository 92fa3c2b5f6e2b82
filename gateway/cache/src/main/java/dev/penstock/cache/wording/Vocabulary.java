package dev.penstock.cache.wording;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How much a word tells: English words in the order of how common they are. The weight of the word of rank r of n is
 * {@code ln(1 + r) / ln(1 + n)}, so next to nothing for "the" and 1 for the rarest; one that is not among them tells more
 * than any: it is a name, a code or of another language.
 */
final class Vocabulary {
    /** Of a word that is not known. */
    static final double UNKNOWN = 1.3;

    private static final double LEAST = 0.05;
    private static final Map<String, Double> WEIGHTS = read();

    private Vocabulary() {}

    /** From 0.05 to 1.3. */
    static double weight(String word) {
        return WEIGHTS.getOrDefault(word, UNKNOWN);
    }

    private static Map<String, Double> read() {
        Map<String, Integer> ranks = new HashMap<>();
        try (InputStream words = Objects.requireNonNull(Vocabulary.class.getResourceAsStream("words.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(words, StandardCharsets.UTF_8))) {
            for (String word = lines.readLine(); word != null; word = lines.readLine()) {
                ranks.put(word, ranks.size());
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        double most = Math.log1p(ranks.size());
        Map<String, Double> weights = HashMap.newHashMap(ranks.size());
        ranks.forEach((word, rank) -> weights.put(word, Math.max(LEAST, Math.log1p(rank) / most)));
        return Map.copyOf(weights);
    }
}
