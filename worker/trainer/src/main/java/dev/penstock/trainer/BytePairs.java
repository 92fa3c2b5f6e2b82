package dev.penstock.trainer;

import dev.penstock.onnx.ByteLevelTokenizer;
import dev.penstock.onnx.ByteLevelTokenizer.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-level BPE vocabulary: again and again, the most frequent pair of neighbours becomes a token.
 *
 * <p>After Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016, on bytes as in GPT-2.
 */
final class BytePairs {

    /** GPT-2's split, with every digit apart. Merges do not cross what it cuts. */
    private static final Pattern WORD =
            Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    private static final int RAREST = 3;

    private record Counted(List<String> symbols, int count) {}

    private final Map<String, Integer> counts = new HashMap<>();
    private final String alphabet = ByteLevelTokenizer.alphabet();

    void read(String text) {
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            counts.merge(words.group(), 1, Integer::sum);
        }
    }

    /**
     * Learns merges until the vocabulary has {@code size} tokens, or no pair is left that occurs at least three times.
     *
     * @param size with the special tokens and the 256 bytes
     */
    ByteLevelTokenizer learn(int size) {
        List<Counted> words = counts.entrySet().stream()
                .map(entry -> new Counted(letters(entry.getKey()), entry.getValue()))
                .toList();
        List<Merge> merges = new ArrayList<>();
        while (merges.size() < size - 256 - ByteLevelTokenizer.CHAT_SPECIALS.size()) {
            Optional<Merge> best = mostFrequent(words);
            if (best.isEmpty()) {
                break;
            }
            merges.add(best.get());
            words.forEach(word -> merge(word.symbols, best.get()));
        }
        return new ByteLevelTokenizer(ByteLevelTokenizer.CHAT_SPECIALS, merges);
    }

    private List<String> letters(String word) {
        List<String> letters = new ArrayList<>();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            letters.add(alphabet.substring(b & 0xFF, (b & 0xFF) + 1));
        }
        return letters;
    }

    private static Optional<Merge> mostFrequent(List<Counted> words) {
        Map<Merge, Integer> pairs = new HashMap<>();
        for (Counted word : words) {
            for (int i = 0; i + 1 < word.symbols.size(); i++) {
                pairs.merge(new Merge(word.symbols.get(i), word.symbols.get(i + 1)), word.count, Integer::sum);
            }
        }
        // Ties are broken by the text, so that equal corpora give equal vocabularies.
        return pairs.entrySet().stream()
                .filter(entry -> entry.getValue() >= RAREST)
                .max(Map.Entry.<Merge, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(
                                Comparator.comparing(Merge::left).thenComparing(Merge::right))))
                .map(Map.Entry::getKey);
    }

    private static void merge(List<String> symbols, Merge merge) {
        for (int i = 0; i + 1 < symbols.size(); i++) {
            if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
                symbols.set(i, merge.left() + merge.right());
                symbols.remove(i + 1);
            }
        }
    }
}
