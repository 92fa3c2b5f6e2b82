package dev.penstock.cache.eval;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition;
import dev.penstock.cache.wording.Wording;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Pairs out of texts with labels: two of one label are served by one answer. Only such pairs are made as a cache would be
 * asked about: each text with those nearest to it by embedding, and with those that have most words in common with it.
 */
public final class LabelledTexts {
    private LabelledTexts() {}

    /** A text and what it is about. */
    public record Labelled(String text, String label) {}

    /**
     * Each pair once.
     *
     * @param near how many of the nearest by embedding, at least 1
     * @param alike how many of those with most words in common, at least 0
     */
    public static List<Pair> pairs(List<Labelled> texts, int near, int alike, Function<String, float[]> embedder) {
        List<Embedding> embeddings = texts.stream()
                .map(each -> Embedding.of(embedder.apply(each.text())))
                .toList();
        Partition<Integer> index = new Partition<>(embeddings.getFirst().dimensions());
        for (int i = 0; i < texts.size(); i++) {
            index.put(i, embeddings.get(i));
        }
        Words words =
                new Words(texts.stream().map(each -> Wording.of(each.text())).toList());
        Set<Long> seen = new HashSet<>();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<Integer> others = new ArrayList<>(index.nearest(embeddings.get(i), near + 1).stream()
                    .map(Partition.Neighbour::item)
                    .toList());
            others.addAll(words.most(i, alike));
            for (int other : others) {
                long key = (long) Math.min(i, other) * texts.size() + Math.max(i, other);
                if (other != i && seen.add(key)) {
                    Labelled one = texts.get(i);
                    Labelled two = texts.get(other);
                    pairs.add(new Pair(one.text(), two.text(), one.label().equals(two.label())));
                }
            }
        }
        return pairs;
    }

    /** Which texts have a word. */
    private static final class Words {
        private final List<Wording> wordings;
        private final Map<String, List<Integer>> having = new HashMap<>();

        Words(List<Wording> wordings) {
            this.wordings = wordings;
            for (int i = 0; i < wordings.size(); i++) {
                for (String word : wordings.get(i).content().keySet()) {
                    having.computeIfAbsent(word, none -> new ArrayList<>()).add(i);
                }
            }
        }

        /** Those with most words in common, by the index of Jaccard. */
        List<Integer> most(int of, int most) {
            Map<Integer, Integer> common = new HashMap<>();
            for (String word : wordings.get(of).content().keySet()) {
                having.getOrDefault(word, List.of()).forEach(other -> common.merge(other, 1, Integer::sum));
            }
            common.remove(of);
            int own = wordings.get(of).content().size();
            Comparator<Map.Entry<Integer, Integer>> jaccard =
                    Comparator.comparingDouble(entry -> (double) entry.getValue()
                            / (own + wordings.get(entry.getKey()).content().size() - entry.getValue()));
            return common.entrySet().stream()
                    .sorted(jaccard.reversed().thenComparing(Map.Entry.comparingByKey()))
                    .limit(most)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
